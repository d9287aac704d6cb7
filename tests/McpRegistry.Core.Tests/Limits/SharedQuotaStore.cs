using System.Collections.Concurrent;
using McpRegistry.Limits;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Core.Tests.Limits;

/// <summary>A store that several replicas share, whose feed is a direct call; it can fail, hang, and counts what it is asked.</summary>
internal sealed class SharedQuotaStore : IQuotaStore
{
    private readonly InMemoryQuotaStore _inner = new(new InMemoryDatabase(TimeProvider.System));
    private int _leases;
    private int _settlements;

    public ConcurrentBag<QuotaKeeper> Replicas { get; } = [];

    public int Leases => Volatile.Read(ref _leases);

    public int Settlements => Volatile.Read(ref _settlements);

    public bool Fails { get; set; }

    public bool Hangs { get; set; }

    /// <summary>Gets or sets what each lease waits for before the store makes it.</summary>
    public Task? Stall { get; set; }

    public async ValueTask<QuotaGrant> LeaseAsync(TenantId tenant, QuotaWindow window, QuotaDemand demand, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _leases);
        if (Hangs)
        {
            // Not even its token helps.
            await new TaskCompletionSource().Task;
        }

        if (Stall is { } stall)
        {
            await stall;
        }

        return Fails ? throw new InvalidOperationException("down") : await _inner.LeaseAsync(tenant, window, demand, cancellationToken);
    }

    public async ValueTask SettleAsync(IReadOnlyCollection<QuotaSettlement> settlements, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _settlements);
        if (Hangs)
        {
            await new TaskCompletionSource().Task;
        }

        if (Fails)
        {
            throw new InvalidOperationException("down");
        }

        await _inner.SettleAsync(settlements, cancellationToken);
    }

    public ValueTask<QuotaUse?> FindAsync(TenantId tenant, QuotaWindow window, CancellationToken cancellationToken) =>
        _inner.FindAsync(tenant, window, cancellationToken);

    public async ValueTask<int> ResetAsync(TenantId tenant, Guid subject, McpRegistry.Auditing.AuditEvent? audit, CancellationToken cancellationToken)
    {
        var reset = await _inner.ResetAsync(tenant, subject, audit, cancellationToken);
        foreach (var replica in Replicas)
        {
            await replica.ResetAsync(tenant, subject);
        }

        return reset;
    }

    public async ValueTask RecallAsync(TenantId tenant, Guid subject, CancellationToken cancellationToken)
    {
        foreach (var replica in Replicas)
        {
            await replica.ReturnAsync(tenant, subject);
        }
    }

    public ValueTask<int> DeleteEndedAsync(DateTimeOffset startedBefore, int batch, CancellationToken cancellationToken) =>
        _inner.DeleteEndedAsync(startedBefore, batch, cancellationToken);
}
