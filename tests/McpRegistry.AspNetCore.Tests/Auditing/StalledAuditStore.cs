using McpRegistry.Auditing;
using McpRegistry.Tenancy;

namespace McpRegistry.AspNetCore.Tests.Auditing;

/// <summary>The store in memory, whose writes can be held up.</summary>
internal sealed class StalledAuditStore(InMemoryAuditStore inner) : IAuditStore
{
    private readonly TaskCompletionSource _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource? _stall;

    /// <summary>Gets what completes when a write is held up.</summary>
    public Task Stalled => _stalled.Task;

    public void Stall() => _stall = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => Interlocked.Exchange(ref _stall, null)?.SetResult();

    public async ValueTask AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
    {
        if (_stall is { } stall)
        {
            _stalled.TrySetResult();
            await stall.Task.WaitAsync(cancellationToken);
        }

        await inner.AppendAsync(events, cancellationToken);
    }

    public ValueTask<IReadOnlyList<AuditEvent>> SearchAsync(TenantId tenant, AuditQuery query, CancellationToken cancellationToken) =>
        inner.SearchAsync(tenant, query, cancellationToken);

    public ValueTask<IReadOnlyList<McpAuditEntry>> SearchMcpAsync(TenantId tenant, AuditQuery query, CancellationToken cancellationToken) =>
        inner.SearchMcpAsync(tenant, query, cancellationToken);

    public ValueTask<AuditChainHead?> FindHeadAsync(TenantId tenant, CancellationToken cancellationToken) => inner.FindHeadAsync(tenant, cancellationToken);

    public ValueTask<IReadOnlyList<ChainedAuditEvent>> ReadChainAsync(
        TenantId tenant, long afterSequence, Guid? afterId, int limit, CancellationToken cancellationToken) =>
        inner.ReadChainAsync(tenant, afterSequence, afterId, limit, cancellationToken);

    public ValueTask<UnchainedAuditEvents> FindUnchainedAsync(TenantId tenant, CancellationToken cancellationToken) =>
        inner.FindUnchainedAsync(tenant, cancellationToken);
}
