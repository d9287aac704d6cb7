using System.Text.Json.Nodes;
using McpRegistry.Auditing;
using McpRegistry.Tenancy;

namespace McpRegistry.AccessControl;

/// <summary>Makes the audit events of access rules.</summary>
internal sealed class AccessRuleAudit(ChangeAudit changes)
{
    public const string Create = "access_rule.create";
    public const string Update = "access_rule.update";
    public const string Delete = "access_rule.delete";

    private const string Type = "access_rule";

    /// <summary>Makes the event of a change; a missing side says that the rule comes or goes.</summary>
    public AuditEvent Changed(AuditActor actor, string action, AccessRule? before, AccessRule? after)
    {
        var rule = (after ?? before)!;
        return changes.Create(rule.Tenant, actor, action, Type, rule.Id.ToString(), null) with
        {
            Details = ChangeAudit.Describe(actor, Members(before), Members(after)),
        };
    }

    /// <summary>Writes that a change was refused.</summary>
    /// <param name="tenant">Whose rule.</param>
    /// <param name="actor">Who wanted the change.</param>
    /// <param name="action">Which.</param>
    /// <param name="id">The rule; null for a new one.</param>
    /// <param name="reason">Why it was refused.</param>
    /// <param name="cancellationToken">Ends the wait for the commit.</param>
    public ValueTask RefusedAsync(TenantId tenant, AuditActor actor, string action, Guid? id, string reason, CancellationToken cancellationToken) =>
        changes.RefusedAsync(changes.Create(tenant, actor, action, Type, id?.ToString(), null), reason, cancellationToken);

    public static string Reason(AccessRuleWriteResult result) => result.Outcome switch
    {
        AccessRuleWriteOutcome.Invalid => $"invalid: {string.Join(", ", result.Faults.Select(static fault => $"{fault.Path} {fault.Code}"))}",
        AccessRuleWriteOutcome.NotFound => NotFound,
        _ => "stale",
    };

    public const string NotFound = "not found";

    private static JsonObject? Members(AccessRule? rule) => rule is null ? null : new JsonObject
    {
        ["serverId"] = rule.ServerId,
        ["subject"] = new JsonObject { ["kind"] = rule.Subject.Kind.ToString(), ["id"] = rule.Subject.Id },
        ["permissions"] = rule.Permissions.ToString(),
        ["allowedMethods"] = ChangeAudit.List(rule.AllowedMethods),
        ["deniedMethods"] = ChangeAudit.List(rule.DeniedMethods),
        ["allowedDays"] = ChangeAudit.List(rule.AllowedDays),
        ["allowedHours"] = ChangeAudit.List(rule.AllowedHours),
        ["timeZone"] = rule.TimeZone,
        ["startsAt"] = rule.StartsAt,
        ["endsAt"] = rule.EndsAt,
        ["isActive"] = rule.IsActive,
    };
}
