using McpRegistry.AccessControl;
using McpRegistry.Auditing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Core.Tests.AccessControl;

/// <summary>Takes recorded accesses until it is told to fail; nothing else is asked of it.</summary>
internal sealed class FailingRuleStore : IAccessRuleStore
{
    public List<(TenantId Tenant, long Count)> Recorded { get; } = [];

    /// <summary>Gets or sets how many writes go well before the others fail.</summary>
    public int FailsAfter { get; set; } = int.MaxValue;

    public ValueTask RecordAccessAsync(TenantId tenant, IReadOnlyCollection<AccessRuleUse> uses, CancellationToken cancellationToken)
    {
        if (FailsAfter-- <= 0)
        {
            throw new IOException("down");
        }

        Recorded.Add((tenant, uses.Sum(use => use.Count)));
        return ValueTask.CompletedTask;
    }

    public ValueTask<StoreResult<AccessRule>> AddAsync(TenantId tenant, AccessRule rule, AuditEvent? audit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<StoreResult<AccessRule>> UpdateAsync(TenantId tenant, AccessRule rule, AuditEvent? audit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, Guid id, long? expectedVersion, AuditEvent? audit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<AccessRule?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<AccessRule>> ListByServerAsync(
        TenantId tenant, Guid serverId, Guid? afterId, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<AccessRule>> ListBySubjectAsync(
        TenantId tenant, AccessSubject subject, Guid? afterId, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<AccessRule> ReadAllAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
}
