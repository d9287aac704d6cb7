using System.Runtime.CompilerServices;
using McpRegistry.Auditing;
using McpRegistry.Discovery;
using McpRegistry.EntityFrameworkCore.Discovery;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Servers;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Servers;

internal sealed class EntityFrameworkServerStore(RegistryDatabase database, TimeProvider time) : IServerStore
{
    private const int LargestPage = 1000;
    private const int SnapshotBatch = 200;

    public ValueTask<StoreResult<RegisteredServer>> AddAsync(TenantId tenant, RegisteredServer server, AuditEvent? audit, CancellationToken cancellationToken)
    {
        if (server.Tenant != tenant)
        {
            throw new ArgumentException("The server belongs to another tenant than the one it is added for.", nameof(server));
        }

        var stored = ServerMapper.Normalize(server) with { Version = 1 };
        return database.WriteAsync(Definition(tenant, stored.Id) with { Audit = audit }, (context, token) => ServerWriter.AddAsync(context, stored, token), cancellationToken);
    }

    public ValueTask<StoreResult<RegisteredServer>> UpdateAsync(TenantId tenant, RegisteredServer server, AuditEvent? audit, CancellationToken cancellationToken)
    {
        var wanted = ServerMapper.Normalize(server) with { Tenant = tenant };
        return database.WriteAsync(Definition(tenant, wanted.Id) with { Audit = audit }, (context, token) => ServerWriter.UpdateAsync(context, wanted, token), cancellationToken);
    }

    public ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, Guid id, long? expectedVersion, AuditEvent? audit, CancellationToken cancellationToken) =>
        database.DeleteAsync(
            Definition(tenant, id) with { Audit = audit },
            expectedVersion,
            context => context.Servers.Where(x => x.TenantId == tenant.Value && x.Id == id),
            cancellationToken);

    public ValueTask<StoredServer?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) =>
        FindAsync(servers => servers.Where(x => x.TenantId == tenant.Value && x.Id == id), cancellationToken);

    public ValueTask<StoredServer?> FindByAliasAsync(TenantId tenant, string serverAlias, CancellationToken cancellationToken) =>
        FindAsync(servers => servers.Where(x => x.TenantId == tenant.Value && x.Alias == serverAlias), cancellationToken);

    public ValueTask<IReadOnlyList<StoredServer>> ListAsync(TenantId tenant, string? afterAlias, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, LargestPage);
        return ReadAsync(
            servers =>
            {
                servers = servers.Where(x => x.TenantId == tenant.Value);
                if (afterAlias is not null)
                {
                    servers = servers.Where(x => string.Compare(x.Alias, afterAlias) > 0);
                }

                return servers.OrderBy(x => x.Alias).Take(limit);
            },
            withItems: false,
            cancellationToken);
    }

    public ValueTask<StoreResult<CatalogueChange>> SaveDiscoveryAsync(
        TenantId tenant, Guid serverId, DiscoveryReport report, CancellationToken cancellationToken)
    {
        CatalogueWriter.EnsureUnique(report);
        var writer = new DiscoveryWriter(tenant, serverId, time);
        return database.WriteAsync(
            new RowWrite(tenant, RegistryChangeKind.Catalogue, serverId),
            (context, token) => writer.SaveAsync(context, report, token),
            cancellationToken);
    }

    public async IAsyncEnumerable<StoredServer> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var contextScope = context.ConfigureAwait(false);
        var transaction = await database.BeginReadAsync(context, cancellationToken).ConfigureAwait(false);
        await using var transactionScope = transaction.ConfigureAwait(false);

        for (Guid? last = null; ;)
        {
            var query = context.Servers.AsNoTracking();
            if (last is { } after)
            {
                query = query.Where(x => x.Id > after);
            }

            var servers = await query.OrderBy(x => x.Id).Take(SnapshotBatch).ToListAsync(cancellationToken).ConfigureAwait(false);
            foreach (var stored in await StoredServerReader.CompleteAsync(context, servers, withItems: true, cancellationToken).ConfigureAwait(false))
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return stored;
            }

            if (servers.Count < SnapshotBatch)
            {
                yield break;
            }

            last = servers[^1].Id;
        }
    }

    private static RowWrite Definition(TenantId tenant, Guid id) => new(tenant, RegistryChangeKind.Server, id);

    private async ValueTask<StoredServer?> FindAsync(
        Func<IQueryable<ServerEntity>, IQueryable<ServerEntity>> filter, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(filter, withItems: true, cancellationToken).ConfigureAwait(false);
        return found.Count == 0 ? null : found[0];
    }

    private async ValueTask<IReadOnlyList<StoredServer>> ReadAsync(
        Func<IQueryable<ServerEntity>, IQueryable<ServerEntity>> filter, bool withItems, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var contextScope = context.ConfigureAwait(false);
        var transaction = await database.BeginReadAsync(context, cancellationToken).ConfigureAwait(false);
        await using var transactionScope = transaction.ConfigureAwait(false);

        var servers = await filter(context.Servers.AsNoTracking()).ToListAsync(cancellationToken).ConfigureAwait(false);
        return await StoredServerReader.CompleteAsync(context, servers, withItems, cancellationToken).ConfigureAwait(false);
    }
}
