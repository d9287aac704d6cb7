using McpRegistry.Auditing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Core.Tests.Tenancy;

/// <summary>Lets something happen between a reading or writing of tenants and what is done with them.</summary>
internal sealed class HookedTenantStore(ITenantStore store) : ITenantStore
{
    /// <summary>Gets or sets what happens after the next look at one tenant.</summary>
    public Func<Task>? AfterNextFind { get; set; }

    /// <summary>Gets or sets what happens after the next page was read.</summary>
    public Func<Task>? AfterNextPage { get; set; }

    /// <summary>Gets or sets what happens after the next write.</summary>
    public Func<Tenant, Task>? AfterNextWrite { get; set; }

    public async ValueTask<StoreResult<Tenant>> AddAsync(Tenant tenant, AuditEvent? audit, CancellationToken cancellationToken) =>
        await HappenAsync(await store.AddAsync(tenant, audit, cancellationToken));

    public async ValueTask<StoreResult<Tenant>> UpdateAsync(Tenant tenant, AuditEvent? audit, CancellationToken cancellationToken) =>
        await HappenAsync(await store.UpdateAsync(tenant, audit, cancellationToken));

    public async ValueTask<Tenant?> FindAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var found = await store.FindAsync(tenant, cancellationToken);
        var next = AfterNextFind;
        AfterNextFind = null;
        await (next?.Invoke() ?? Task.CompletedTask);
        return found;
    }

    public ValueTask<Tenant?> FindBySlugAsync(string slug, CancellationToken cancellationToken) => store.FindBySlugAsync(slug, cancellationToken);

    public async ValueTask<IReadOnlyList<Tenant>> ListAsync(string? afterSlug, int limit, CancellationToken cancellationToken)
    {
        var page = await store.ListAsync(afterSlug, limit, cancellationToken);
        var next = AfterNextPage;
        AfterNextPage = null;
        await (next?.Invoke() ?? Task.CompletedTask);
        return page;
    }

    public ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, long? expectedVersion, AuditEvent? audit, CancellationToken cancellationToken) =>
        store.DeleteAsync(tenant, expectedVersion, audit, cancellationToken);

    private async Task<StoreResult<Tenant>> HappenAsync(StoreResult<Tenant> written)
    {
        var next = AfterNextWrite;
        AfterNextWrite = null;
        await (next?.Invoke(written.Value!) ?? Task.CompletedTask);
        return written;
    }
}
