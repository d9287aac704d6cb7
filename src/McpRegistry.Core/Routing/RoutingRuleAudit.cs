using System.Text.Json.Nodes;
using McpRegistry.Auditing;
using McpRegistry.Tenancy;

namespace McpRegistry.Routing;

/// <summary>Makes the audit events of routing rules.</summary>
internal sealed class RoutingRuleAudit(ChangeAudit changes)
{
    public const string Create = "routing_rule.create";
    public const string Update = "routing_rule.update";
    public const string Delete = "routing_rule.delete";

    /// <summary>Makes the event of a change; a missing side says that the rule comes or goes.</summary>
    public AuditEvent Changed(AuditActor actor, string action, RoutingRule? before, RoutingRule? after)
    {
        var rule = (after ?? before)!;
        return changes.Create(rule.Tenant, actor, action, "routing_rule", rule.Id.ToString(), rule.Name) with
        {
            Details = ChangeAudit.Describe(actor, Members(before), Members(after)),
        };
    }

    /// <summary>Writes that a change was refused, and gives back its result.</summary>
    /// <param name="tenant">Whose rule.</param>
    /// <param name="actor">Who wanted the change.</param>
    /// <param name="action">Which.</param>
    /// <param name="id">The rule; null for a new one.</param>
    /// <param name="name">Its name; null when it is not known.</param>
    /// <param name="result">The refusal.</param>
    /// <param name="cancellationToken">Ends the wait for the commit.</param>
    public async ValueTask<RoutingRuleWriteResult> RefusedAsync(
        TenantId tenant, AuditActor actor, string action, Guid? id, string? name, RoutingRuleWriteResult result, CancellationToken cancellationToken)
    {
        await changes.RefusedAsync(changes.Create(tenant, actor, action, "routing_rule", id?.ToString(), name), Reason(result), cancellationToken).ConfigureAwait(false);
        return result;
    }

    private static string Reason(RoutingRuleWriteResult result) => result.Outcome switch
    {
        RoutingRuleWriteOutcome.Invalid => $"invalid: {string.Join(", ", result.Faults.Select(static fault => $"{fault.Path} {fault.Code}"))}",
        RoutingRuleWriteOutcome.Conflict => $"conflict: {result.ConflictField}",
        RoutingRuleWriteOutcome.NotFound => "not found",
        RoutingRuleWriteOutcome.LimitReached => "limit reached",
        _ => "stale",
    };

    private static JsonObject? Members(RoutingRule? rule) => rule is null ? null : new JsonObject
    {
        ["name"] = rule.Name,
        ["description"] = rule.Description,
        ["priority"] = rule.Priority,
        ["enabled"] = rule.IsActive,
        ["conditions"] = JsonNode.Parse(rule.Conditions),
        ["targets"] = JsonNode.Parse(rule.Targets),
        ["policy"] = rule.LoadBalancingPolicy,
    };
}
