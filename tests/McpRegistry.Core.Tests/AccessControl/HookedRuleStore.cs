using McpRegistry.AccessControl;
using McpRegistry.Auditing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Core.Tests.AccessControl;

/// <summary>Lets something happen between a reading of rules and what is done with them.</summary>
internal sealed class HookedRuleStore(IAccessRuleStore store) : IAccessRuleStore
{
    /// <summary>Gets or sets what happens after the next look at one rule.</summary>
    public Func<Task>? AfterNextFind { get; set; }

    /// <summary>Gets or sets what happens after the next reading.</summary>
    public Func<Task>? AfterNextRead { get; set; }

    /// <summary>Gets or sets what happens after the next write.</summary>
    public Func<AccessRule, Task>? AfterNextWrite { get; set; }

    public int Lists { get; private set; }

    public async ValueTask<IReadOnlyList<AccessRule>> ListBySubjectAsync(
        TenantId tenant, AccessSubject subject, Guid? afterId, int limit, CancellationToken cancellationToken)
    {
        Lists++;
        var read = await store.ListBySubjectAsync(tenant, subject, afterId, limit, cancellationToken);
        await HappenAsync();
        return read;
    }

    public async IAsyncEnumerable<AccessRule> ReadAllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var rule in store.ReadAllAsync(cancellationToken))
        {
            yield return rule;
        }

        await HappenAsync();
    }

    public async ValueTask<StoreResult<AccessRule>> AddAsync(TenantId tenant, AccessRule rule, AuditEvent? audit, CancellationToken cancellationToken) =>
        await HappenAsync(await store.AddAsync(tenant, rule, audit, cancellationToken));

    public async ValueTask<StoreResult<AccessRule>> UpdateAsync(TenantId tenant, AccessRule rule, AuditEvent? audit, CancellationToken cancellationToken) =>
        await HappenAsync(await store.UpdateAsync(tenant, rule, audit, cancellationToken));

    public ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, Guid id, long? expectedVersion, AuditEvent? audit, CancellationToken cancellationToken) =>
        store.DeleteAsync(tenant, id, expectedVersion, audit, cancellationToken);

    public async ValueTask<AccessRule?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken)
    {
        var found = await store.FindAsync(tenant, id, cancellationToken);
        var next = AfterNextFind;
        AfterNextFind = null;
        await (next?.Invoke() ?? Task.CompletedTask);
        return found;
    }

    public ValueTask<IReadOnlyList<AccessRule>> ListByServerAsync(
        TenantId tenant, Guid serverId, Guid? afterId, int limit, CancellationToken cancellationToken) =>
        store.ListByServerAsync(tenant, serverId, afterId, limit, cancellationToken);

    public ValueTask RecordAccessAsync(TenantId tenant, IReadOnlyCollection<AccessRuleUse> uses, CancellationToken cancellationToken) =>
        store.RecordAccessAsync(tenant, uses, cancellationToken);

    private async Task<StoreResult<AccessRule>> HappenAsync(StoreResult<AccessRule> written)
    {
        var next = AfterNextWrite;
        AfterNextWrite = null;
        if (next is not null)
        {
            await next(written.Value!);
        }

        return written;
    }

    private Task HappenAsync()
    {
        var next = AfterNextRead;
        AfterNextRead = null;
        return next?.Invoke() ?? Task.CompletedTask;
    }
}
