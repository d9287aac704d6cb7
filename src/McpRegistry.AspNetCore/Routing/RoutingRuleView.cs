using System.Collections.Immutable;
using System.Text.Json;
using McpRegistry.Routing;

namespace McpRegistry.AspNetCore.Routing;

internal sealed record RoutingRuleView(
    Guid Id,
    string Name,
    string? Description,
    int Priority,
    bool Enabled,
    JsonElement Conditions,
    JsonElement Targets,
    string? Policy,
    bool IsGlobal,
    long Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static RoutingRuleView Of(RoutingRule rule) => new(
        rule.Id,
        rule.Name,
        rule.Description,
        rule.Priority,
        rule.IsActive,
        Parse(rule.Conditions),
        Parse(rule.Targets),
        rule.LoadBalancingPolicy,
        rule.Tenant.IsGlobal,
        rule.Version,
        rule.CreatedAt,
        rule.UpdatedAt);

    private static JsonElement Parse(string document)
    {
        using var parsed = JsonDocument.Parse(document);
        return parsed.RootElement.Clone();
    }
}

internal sealed record RoutingRuleListView(ImmutableArray<RoutingRuleView> Items, string? NextCursor);
