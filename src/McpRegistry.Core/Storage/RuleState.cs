using McpRegistry.Tenancy;

namespace McpRegistry.Storage;

/// <summary>Which state of which rule.</summary>
/// <param name="Tenant">The owner.</param>
/// <param name="Id">The rule.</param>
/// <param name="Version">Raised by every change.</param>
/// <param name="UpdatedAt">When it last changed, UTC. Tells states of one version apart after the store was restored from a backup.</param>
internal readonly record struct RuleState(TenantId Tenant, Guid Id, long Version, DateTimeOffset UpdatedAt);
