using McpRegistry.EntityFrameworkCore.Storage;

namespace McpRegistry.EntityFrameworkCore.Routing;

internal sealed class RoutingRuleEntity : IHasId
{
    public Guid Id { get; set; }

    public Guid TenantId { get; set; }

    public required string Name { get; set; }

    /// <summary>Gets or sets the name in the form that decides uniqueness.</summary>
    public required string NameKey { get; set; }

    public string? Description { get; set; }

    public int Priority { get; set; }

    public bool IsActive { get; set; }

    public required string Conditions { get; set; }

    public required string Targets { get; set; }

    public string? LoadBalancingPolicy { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public long Version { get; set; }
}
