using McpRegistry.Auditing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>Which row a write is about to change.</summary>
/// <param name="Tenant">The owner.</param>
/// <param name="Kind">The kind of row.</param>
/// <param name="Id">The row.</param>
/// <param name="Operation">What happens to it.</param>
internal readonly record struct RowWrite(
    TenantId Tenant, RegistryChangeKind Kind, Guid Id, RegistryChangeOperation Operation = RegistryChangeOperation.Saved)
{
    /// <summary>Gets the audit event that commits with the write; null for none.</summary>
    public AuditEvent? Audit { get; init; }

    /// <summary>Gets more events, which come after that one; null for none.</summary>
    public IReadOnlyList<AuditEvent>? MoreAudit { get; init; }

    public IReadOnlyList<AuditEvent> Events => Audit is { } first ? [first, .. MoreAudit ?? []] : MoreAudit ?? [];

    /// <summary>Gets other rows that the write changes, of which the feed tells before this one; null for none.</summary>
    public IReadOnlyList<RowWrite>? Others { get; init; }
}
