using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Resilience;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Resilience;

internal sealed class EntityFrameworkConnectionPoolStore(RegistryDatabase database, TimeProvider time) : IConnectionPoolStore
{
    private readonly ServerChildInsert<ConnectionPoolEntity> _insert =
        new(database.Provider, "tenant_id, server_id, endpoint_id, instance", newerBy: "updated_at");

    public ValueTask<int> SaveAsync(
        TenantId tenant, IReadOnlyCollection<ConnectionPoolSnapshot> snapshots, CancellationToken cancellationToken)
    {
        // In one order everywhere, so that two batches of one replica do not wait for each other crosswise.
        ConnectionPoolEntity[] rows =
        [
            .. snapshots
                .Select(snapshot => ConnectionPoolMapper.ToEntity(Guid.CreateVersion7(time.GetUtcNow()), tenant, snapshot))
                .OrderBy(row => row.ServerId)
                .ThenBy(row => row.EndpointId)
                .ThenBy(row => row.Instance, StringComparer.Ordinal),
        ];
        return database.WriteQuietlyAsync((context, token) => _insert.RunAsync(context, rows, token), cancellationToken);
    }

    public async ValueTask<IReadOnlyList<ConnectionPoolSnapshot>> ListAsync(TenantId tenant, Guid serverId, CancellationToken cancellationToken)
    {
        var pools = await database
            .ListAsync(
                context => context.ConnectionPools.Where(x => x.TenantId == tenant.Value && x.ServerId == serverId),
                ConnectionPoolMapper.ToRecord,
                cancellationToken)
            .ConfigureAwait(false);

        // Sorted here: the databases order by UTF-8 bytes, which differs from ordinal beyond the basic plane.
        return [.. pools.OrderBy(pool => pool.EndpointId).ThenBy(pool => pool.Instance, StringComparer.Ordinal)];
    }

    public ValueTask<int> DeleteUnseenAsync(DateTimeOffset notSeenSince, CancellationToken cancellationToken)
    {
        var limit = StoredTime.Normalize(notSeenSince);
        return database.WriteQuietlyAsync(
            (context, token) => context.ConnectionPools.Where(x => x.UpdatedAt < limit).ExecuteDeleteAsync(token), cancellationToken);
    }
}
