using System.Runtime.CompilerServices;
using McpRegistry.Auditing;
using McpRegistry.Discovery;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Servers;

internal sealed class InMemoryServerStore(InMemoryDatabase database, InMemoryServerTable table) : IServerStore
{
    private const int LargestPage = 1000;

    public ValueTask<StoreResult<RegisteredServer>> AddAsync(TenantId tenant, RegisteredServer server, AuditEvent? audit, CancellationToken cancellationToken)
    {
        if (server.Tenant != tenant)
        {
            throw new ArgumentException("The server belongs to another tenant than the one it is added for.", nameof(server));
        }

        return database.WriteAsync(audit, () => Add_NeedsLock(tenant, server), cancellationToken);
    }

    public ValueTask<StoreResult<RegisteredServer>> UpdateAsync(TenantId tenant, RegisteredServer server, AuditEvent? audit, CancellationToken cancellationToken) =>
        database.WriteAsync(audit, () => Update_NeedsLock(tenant, server), cancellationToken);

    public ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, Guid id, long? expectedVersion, AuditEvent? audit, CancellationToken cancellationToken) => database.WriteAsync(
        audit,
        () =>
        {
            if (table.Find(tenant, id) is not { } stored)
            {
                return StoreDeletion.NotFound();
            }

            if (expectedVersion is { } version && version != stored.Server.Version)
            {
                return StoreDeletion.Stale();
            }

            table.Remove(stored);
            table.Forget(id);
            database.Record_NeedsLock(tenant, RegistryChangeKind.Server, id, RegistryChangeOperation.Deleted);
            return StoreDeletion.Success();
        },
        cancellationToken);

    public ValueTask<StoredServer?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<StoredServer?>(cancellationToken);
        }

        lock (database.Gate)
        {
            return ValueTask.FromResult(table.Find(tenant, id));
        }
    }

    public ValueTask<StoredServer?> FindByAliasAsync(TenantId tenant, string serverAlias, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<StoredServer?>(cancellationToken);
        }

        lock (database.Gate)
        {
            return ValueTask.FromResult(table.FindByAlias(tenant, serverAlias));
        }
    }

    public ValueTask<IReadOnlyList<StoredServer>> ListAsync(TenantId tenant, string? afterAlias, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, LargestPage);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<IReadOnlyList<StoredServer>>(cancellationToken);
        }

        lock (database.Gate)
        {
            var page = table.All
                .Where(stored => stored.Server.Tenant == tenant)
                .Where(stored => afterAlias is null || string.CompareOrdinal(stored.Server.Alias, afterAlias) > 0)
                .OrderBy(stored => stored.Server.Alias, StringComparer.Ordinal)
                .Take(limit)
                .Select(stored => stored with { Discovery = stored.Discovery is { } report ? report with { Items = [] } : null })
                .ToArray();
            return ValueTask.FromResult<IReadOnlyList<StoredServer>>(page);
        }
    }

    public ValueTask<StoreResult<CatalogueChange>> SaveDiscoveryAsync(
        TenantId tenant, Guid serverId, DiscoveryReport report, CancellationToken cancellationToken)
    {
        var saved = InMemoryCatalogue.Copy(report);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<StoreResult<CatalogueChange>>(cancellationToken);
        }

        lock (database.Gate)
        {
            if (table.Find(tenant, serverId) is not { } stored)
            {
                return ValueTask.FromResult(StoreResult<CatalogueChange>.NotFound());
            }

            if (stored.Discovery is { } newest && newest.CompletedAt > saved.CompletedAt)
            {
                return ValueTask.FromResult(StoreResult<CatalogueChange>.Stale());
            }

            var before = stored.Discovery?.Items ?? [];
            var change = saved.HasItems ? InMemoryCatalogue.Compare(before, saved.Items) : default;
            table.Put(stored with { Discovery = saved.HasItems ? saved : saved with { Items = before } });
            database.Record_NeedsLock(tenant, RegistryChangeKind.Catalogue, serverId);
            return ValueTask.FromResult(StoreResult<CatalogueChange>.Success(change));
        }
    }

    public async IAsyncEnumerable<StoredServer> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StoredServer[] all;
        lock (database.Gate)
        {
            all = [.. table.All];
        }

        await Task.CompletedTask.ConfigureAwait(false);
        foreach (var stored in all)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return stored;
        }
    }

    private StoreResult<RegisteredServer> Add_NeedsLock(TenantId tenant, RegisteredServer server)
    {
        if (table.FindConflict(tenant, server, isNew: true) is { } field)
        {
            return StoreResult<RegisteredServer>.Conflict(field);
        }

        if (database.ServerLimits.TryGetValue(tenant, out var limit) && table.All.Count(row => row.Server.Tenant == tenant) >= limit)
        {
            return StoreResult<RegisteredServer>.Conflict(IServerStore.LimitField);
        }

        var stored = InMemoryServerTable.Normalize(server) with { Version = 1 };
        table.Put(new StoredServer(stored, null));
        database.Record_NeedsLock(tenant, RegistryChangeKind.Server, server.Id);
        return StoreResult<RegisteredServer>.Success(stored);
    }

    private StoreResult<RegisteredServer> Update_NeedsLock(TenantId tenant, RegisteredServer server)
    {
        if (table.Find(tenant, server.Id) is not { } stored)
        {
            return StoreResult<RegisteredServer>.NotFound();
        }

        if (stored.Server.Version != server.Version)
        {
            return StoreResult<RegisteredServer>.Stale();
        }

        if (table.FindConflict(tenant, server, isNew: false) is { } field)
        {
            return StoreResult<RegisteredServer>.Conflict(field);
        }

        var updated = InMemoryServerTable.Normalize(server) with
        {
            Tenant = tenant,
            CreatedAt = stored.Server.CreatedAt,
            Version = stored.Server.Version + 1,
        };
        table.Remove(stored);
        table.Put(stored with { Server = updated });
        database.Record_NeedsLock(tenant, RegistryChangeKind.Server, server.Id);
        return StoreResult<RegisteredServer>.Success(updated);
    }
}
