using McpRegistry.Auditing;
using McpRegistry.Routing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Core.Tests.Routing;

/// <summary>Lets something happen between what the store did with rules and what is done with the answer.</summary>
internal sealed class HookedRoutingRuleStore(IRoutingRuleStore store) : IRoutingRuleStore
{
    /// <summary>Gets or sets what happens after the next look at one rule.</summary>
    public Func<Task>? AfterNextFind { get; set; }

    /// <summary>Gets or sets what happens after the next reading of all rules.</summary>
    public Func<Task>? AfterNextRead { get; set; }

    /// <summary>Gets or sets what happens after the next write.</summary>
    public Func<RoutingRule, Task>? AfterNextWrite { get; set; }

    public async ValueTask<StoreResult<RoutingRule>> AddAsync(TenantId tenant, RoutingRule rule, AuditEvent? audit, CancellationToken cancellationToken) =>
        await HappenAsync(await store.AddAsync(tenant, rule, audit, cancellationToken));

    public async ValueTask<StoreResult<RoutingRule>> UpdateAsync(TenantId tenant, RoutingRule rule, AuditEvent? audit, CancellationToken cancellationToken) =>
        await HappenAsync(await store.UpdateAsync(tenant, rule, audit, cancellationToken));

    public ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, Guid id, long? expectedVersion, AuditEvent? audit, CancellationToken cancellationToken) =>
        store.DeleteAsync(tenant, id, expectedVersion, audit, cancellationToken);

    public async ValueTask<RoutingRule?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken)
    {
        var found = await store.FindAsync(tenant, id, cancellationToken);
        var next = AfterNextFind;
        AfterNextFind = null;
        await (next?.Invoke() ?? Task.CompletedTask);
        return found;
    }

    public ValueTask<IReadOnlyList<RoutingRule>> ListAsync(TenantId tenant, Guid? afterId, int limit, CancellationToken cancellationToken) =>
        store.ListAsync(tenant, afterId, limit, cancellationToken);

    public ValueTask<int> CountAsync(TenantId tenant, CancellationToken cancellationToken) => store.CountAsync(tenant, cancellationToken);

    public async IAsyncEnumerable<RoutingRule> ReadActiveAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var rule in store.ReadActiveAsync(cancellationToken))
        {
            yield return rule;
        }

        var next = AfterNextRead;
        AfterNextRead = null;
        await (next?.Invoke() ?? Task.CompletedTask);
    }

    private async Task<StoreResult<RoutingRule>> HappenAsync(StoreResult<RoutingRule> written)
    {
        var next = AfterNextWrite;
        AfterNextWrite = null;
        await (next?.Invoke(written.Value!) ?? Task.CompletedTask);
        return written;
    }
}
