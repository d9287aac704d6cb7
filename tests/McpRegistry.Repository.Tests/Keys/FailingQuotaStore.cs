using McpRegistry.Auditing;
using McpRegistry.Limits;
using McpRegistry.Tenancy;

namespace McpRegistry.Repository.Tests.Keys;

/// <summary>Knows nothing of any quota.</summary>
internal sealed class FailingQuotaStore : IQuotaStore
{
    public ValueTask<QuotaGrant> LeaseAsync(TenantId tenant, QuotaWindow window, QuotaDemand demand, CancellationToken cancellationToken) => throw new IOException();

    public ValueTask SettleAsync(IReadOnlyCollection<QuotaSettlement> settlements, CancellationToken cancellationToken) => throw new IOException();

    public ValueTask<QuotaUse?> FindAsync(TenantId tenant, QuotaWindow window, CancellationToken cancellationToken) => throw new IOException();

    public ValueTask RecallAsync(TenantId tenant, Guid subject, CancellationToken cancellationToken) => throw new IOException();

    public ValueTask<int> ResetAsync(TenantId tenant, Guid subject, AuditEvent? audit, CancellationToken cancellationToken) => throw new IOException();

    public ValueTask<int> DeleteEndedAsync(DateTimeOffset startedBefore, int batch, CancellationToken cancellationToken) => new(0);
}
