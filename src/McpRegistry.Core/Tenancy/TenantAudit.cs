using System.Text.Json.Nodes;
using McpRegistry.Auditing;

namespace McpRegistry.Tenancy;

/// <summary>Makes the audit events of tenants. Settings are the operator's own and may hold anything, so they stay out.</summary>
internal sealed class TenantAudit(ChangeAudit changes)
{
    public const string Create = "tenant.create";
    public const string Update = "tenant.update";
    public const string Delete = "tenant.delete";

    /// <summary>Makes the event of a change; a missing side says that the tenant comes or goes.</summary>
    public AuditEvent Changed(AuditActor actor, string action, Tenant? before, Tenant? after, string? reason = null)
    {
        var tenant = (after ?? before)!;
        return changes.Create(tenant.Id, actor, action, "tenant", tenant.Id.ToString(), tenant.Slug) with
        {
            Details = ChangeAudit.Describe(actor, Members(before), Members(after), reason),
        };
    }

    /// <summary>Writes that a change was refused, and gives back its result.</summary>
    /// <param name="tenant">The tenant, whose trail it is; the global one for a new tenant.</param>
    /// <param name="actor">Who wanted the change.</param>
    /// <param name="action">Which.</param>
    /// <param name="slug">The name; null when it is not known.</param>
    /// <param name="result">The refusal.</param>
    /// <param name="cancellationToken">Ends the wait for the commit.</param>
    public async ValueTask<TenantWriteResult> RefusedAsync(
        TenantId tenant, AuditActor actor, string action, string? slug, TenantWriteResult result, CancellationToken cancellationToken)
    {
        // There is no trail of a tenant that does not exist.
        var trail = result.Outcome == TenantWriteOutcome.NotFound ? TenantId.Global : tenant;
        var id = tenant.IsGlobal ? null : tenant.ToString();
        await changes.RefusedAsync(changes.Create(trail, actor, action, "tenant", id, slug), Reason(result), cancellationToken).ConfigureAwait(false);
        return result;
    }

    private static string Reason(TenantWriteResult result) => result.Outcome switch
    {
        TenantWriteOutcome.Invalid => $"invalid: {string.Join(", ", result.Faults.Select(static fault => $"{fault.Path} {fault.Code}"))}",
        TenantWriteOutcome.Conflict => $"conflict: {result.ConflictField}",
        TenantWriteOutcome.NotFound => "not found",
        TenantWriteOutcome.InUse => $"in use: {string.Join(", ", result.Faults.Select(static fault => fault.Path))}",
        _ => "stale",
    };

    private static JsonObject? Members(Tenant? tenant) => tenant is null ? null : new JsonObject
    {
        ["slug"] = tenant.Slug,
        ["name"] = tenant.Name,
        ["description"] = tenant.Description,
        ["status"] = tenant.Status.ToString(),
        ["maxServers"] = tenant.MaxServers,
        ["maxApiKeys"] = tenant.MaxApiKeys,
    };
}
