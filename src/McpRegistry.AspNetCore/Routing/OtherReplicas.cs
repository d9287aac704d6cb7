using McpRegistry.Resilience;
using McpRegistry.Snapshots;
using Microsoft.Extensions.Options;

namespace McpRegistry.AspNetCore.Routing;

/// <summary>Reads what the other replicas have told of a server.</summary>
internal sealed class OtherReplicas(
    ReplicaName own, IOptions<RouterFactsOptions> options, TimeProvider time, IRequestQueueStore? queues = null, IConnectionPoolStore? pools = null)
{
    /// <summary>Gets the name of this replica.</summary>
    public string Own => own.Value;

    /// <summary>Returns them by name (ordinal). What is told of endpoints that the server does not have any more is left out, and so are replicas that are gone.</summary>
    public async ValueTask<IReadOnlyList<ReplicaView>> ReadAsync(ServerEntry entry, CancellationToken cancellationToken)
    {
        if (queues is null || pools is null)
        {
            return [];
        }

        // A replica writes the queue last: whoever has one has told the rest too.
        var server = entry.Server;
        var since = time.GetUtcNow() - options.Value.Lifetime;
        var ofQueues = await queues.ListAsync(server.Tenant, server.Id, cancellationToken);
        var ofPools = await pools.ListAsync(server.Tenant, server.Id, cancellationToken);
        return
        [
            .. ofQueues
                .Where(queue => queue.Instance != own.Value && queue.SeenAt >= since)
                .Select(queue => Of(queue, [.. ofPools.Where(pool => pool.Instance == queue.Instance && entry.HasEndpoint(pool.EndpointId))])),
        ];
    }

    private static ReplicaView Of(RequestQueueSnapshot queue, ConnectionPoolSnapshot[] pools) => new(
        queue.Instance, pools.Select(static pool => pool.SeenAt).Append(queue.SeenAt).Max(), ReplicaQueueView.Of(queue), [.. pools.Select(ReplicaPoolView.Of)]);
}
