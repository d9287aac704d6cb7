using McpRegistry.Resilience;
using McpRegistry.Snapshots;

namespace McpRegistry.AspNetCore.Routing;

/// <summary>Reads what the other replicas have told of a server.</summary>
internal sealed class OtherReplicas(ReplicaName own, IRequestQueueStore? queues = null, IConnectionPoolStore? pools = null)
{
    /// <summary>Gets the name of this replica.</summary>
    public string Own => own.Value;

    /// <summary>Returns them by name (ordinal). What is told of endpoints that the server does not have any more is left out.</summary>
    public async ValueTask<IReadOnlyList<ReplicaView>> ReadAsync(ServerEntry entry, CancellationToken cancellationToken)
    {
        var server = entry.Server;
        var ofQueues = queues is null ? [] : await queues.ListAsync(server.Tenant, server.Id, cancellationToken);
        var ofPools = pools is null ? [] : await pools.ListAsync(server.Tenant, server.Id, cancellationToken);
        return
        [
            .. ofQueues.Select(static queue => queue.Instance)
                .Union(ofPools.Select(static pool => pool.Instance), StringComparer.Ordinal)
                .Where(instance => instance != own.Value)
                .Order(StringComparer.Ordinal)
                .Select(instance => Of(
                    instance,
                    ofQueues.FirstOrDefault(queue => queue.Instance == instance),
                    [.. ofPools.Where(pool => pool.Instance == instance && entry.HasEndpoint(pool.EndpointId))]))
                .OfType<ReplicaView>(),
        ];
    }

    private static ReplicaView? Of(string instance, RequestQueueSnapshot? queue, ConnectionPoolSnapshot[] pools) => queue is null && pools.Length == 0
        ? null
        : new ReplicaView(
            instance,
            pools.Select(static pool => pool.SeenAt).Append(queue?.SeenAt ?? DateTimeOffset.MinValue).Max(),
            queue is null ? null : ReplicaQueueView.Of(queue),
            [.. pools.Select(ReplicaPoolView.Of)]);
}
