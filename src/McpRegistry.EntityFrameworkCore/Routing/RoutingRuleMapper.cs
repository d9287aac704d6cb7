using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Routing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.EntityFrameworkCore.Routing;

internal static class RoutingRuleMapper
{
    /// <exception cref="ArgumentException">A document is no JSON that can be kept.</exception>
    public static RoutingRuleEntity ToEntity(TenantId tenant, RoutingRule rule)
    {
        StorableJson.Check(rule.Conditions, nameof(rule.Conditions));
        StorableJson.Check(rule.Targets, nameof(rule.Targets));
        return new RoutingRuleEntity
        {
            Id = rule.Id,
            TenantId = tenant.Value,
            Name = rule.Name,
            NameKey = ServerMapper.NameKey(rule.Name),
            Description = rule.Description,
            Priority = rule.Priority,
            IsActive = rule.IsActive,
            Conditions = rule.Conditions,
            Targets = rule.Targets,
            LoadBalancingPolicy = rule.LoadBalancingPolicy,
            CreatedAt = StoredTime.Normalize(rule.CreatedAt),
            UpdatedAt = StoredTime.Normalize(rule.UpdatedAt),
            Version = rule.Version,
        };
    }

    public static RoutingRule ToRecord(RoutingRuleEntity entity) => new()
    {
        Id = entity.Id,
        Tenant = new TenantId(entity.TenantId),
        Name = entity.Name,
        Description = entity.Description,
        Priority = entity.Priority,
        IsActive = entity.IsActive,
        Conditions = entity.Conditions,
        Targets = entity.Targets,
        LoadBalancingPolicy = entity.LoadBalancingPolicy,
        CreatedAt = entity.CreatedAt,
        UpdatedAt = entity.UpdatedAt,
        Version = entity.Version,
    };
}
