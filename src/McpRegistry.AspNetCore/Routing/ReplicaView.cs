using System.Collections.Immutable;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Resilience;
using McpRegistry.Servers;

namespace McpRegistry.AspNetCore.Routing;

/// <summary>What another replica last told of a server.</summary>
internal sealed record ReplicaView(string Instance, DateTimeOffset SeenAt, ReplicaQueueView Queue, ImmutableArray<ReplicaPoolView> Pools);

internal sealed record ReplicaQueueView(
    int Running,
    int Waiting,
    int MaxWaiting,
    bool IsAccepting,
    long Total,
    long Failed,
    double? MeanMs,
    long HaveWaited,
    long TimedOut,
    double? MeanWaitMs,
    DateTimeOffset? LastWaitEnded)
{
    public static ReplicaQueueView Of(RequestQueueSnapshot queue) => new(
        queue.ProcessingCount,
        queue.CurrentSize,
        queue.MaxSize,
        queue.IsAccepting,
        queue.TotalProcessed,
        queue.TotalErrors,
        queue.AverageProcessingMilliseconds,
        queue.TotalEnqueued,
        queue.TotalTimeouts,
        queue.AverageWaitMilliseconds,
        queue.LastProcessed);
}

internal sealed record ReplicaPoolView(
    Guid Endpoint,
    string Transport,
    bool IsHealthy,
    int Active,
    int Idle,
    int Pending,
    int Max,
    long Opened,
    long Closed,
    long Errors,
    double? MeanConnectMs,
    DateTimeOffset? LastConnect)
{
    public static ReplicaPoolView Of(ConnectionPoolSnapshot pool) => new(
        pool.EndpointId,
        WireNames<TransportKind>.Of(pool.Transport),
        pool.IsHealthy,
        pool.ActiveConnections,
        pool.IdleConnections,
        pool.PendingRequests,
        pool.MaxSize,
        pool.ConnectionsCreated,
        pool.ConnectionsClosed,
        pool.ConnectionErrors,
        pool.AverageConnectMilliseconds,
        pool.LastHealthCheck);
}
