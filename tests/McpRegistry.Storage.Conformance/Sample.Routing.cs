using McpRegistry.Routing;
using McpRegistry.Tenancy;

namespace McpRegistry.Storage.Conformance;

/// <content>Routing rules.</content>
public static partial class Sample
{
    public static RoutingRule RoutingRule(TenantId tenant, string? name = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new RoutingRule
        {
            Id = Guid.CreateVersion7(),
            Tenant = tenant,
            Name = name ?? Token(),
            Conditions = "{}",
            Targets = "[]",
            CreatedAt = now,
            UpdatedAt = now,
        };
    }

    public static RoutingRule FullRoutingRule(TenantId tenant) => RoutingRule(tenant) with
    {
        Description = "Sends the weather to Europe",
        Priority = -7,
        IsActive = false,
        Conditions = """{"all":[{"tool":{"starts_with":"weather"}},{"hour":{"in":[1,2,3]}},{"size":{"gt":1.50e3}},null,true]}""",
        Targets = """ [ {"server":"eu", "weight":3, "preferred":true}, {"server":"us", "weight":0.25} ] """,
        LoadBalancingPolicy = "least_latency",
    };
}
