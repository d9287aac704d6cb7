using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Resilience;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Resilience;

internal sealed class EntityFrameworkRequestQueueStore(RegistryDatabase database, TimeProvider time) : IRequestQueueStore
{
    private readonly ServerChildInsert<RequestQueueEntity> _insert =
        new(database.Provider, "tenant_id, server_id, instance", newerBy: "updated_at");

    public ValueTask<int> SaveAsync(
        TenantId tenant, IReadOnlyCollection<RequestQueueSnapshot> snapshots, CancellationToken cancellationToken)
    {
        // In one order everywhere, so that two batches of one replica do not wait for each other crosswise.
        RequestQueueEntity[] rows =
        [
            .. snapshots
                .Select(snapshot => RequestQueueMapper.ToEntity(Guid.CreateVersion7(time.GetUtcNow()), tenant, snapshot))
                .OrderBy(row => row.ServerId)
                .ThenBy(row => row.Instance, StringComparer.Ordinal),
        ];
        return database.WriteQuietlyAsync((context, token) => _insert.RunAsync(context, rows, token), cancellationToken);
    }

    public async ValueTask<IReadOnlyList<RequestQueueSnapshot>> ListAsync(TenantId tenant, Guid serverId, CancellationToken cancellationToken)
    {
        var queues = await database
            .ListAsync(
                context => context.RequestQueues.Where(x => x.TenantId == tenant.Value && x.ServerId == serverId),
                RequestQueueMapper.ToRecord,
                cancellationToken)
            .ConfigureAwait(false);

        // Sorted here: the databases order by UTF-8 bytes, which differs from ordinal beyond the basic plane.
        return [.. queues.OrderBy(queue => queue.Instance, StringComparer.Ordinal)];
    }

    public ValueTask<int> DeleteUnseenAsync(DateTimeOffset notSeenSince, CancellationToken cancellationToken)
    {
        var limit = StoredTime.Normalize(notSeenSince);
        return database.WriteQuietlyAsync(
            (context, token) => context.RequestQueues.Where(x => x.UpdatedAt < limit).ExecuteDeleteAsync(token), cancellationToken);
    }
}
