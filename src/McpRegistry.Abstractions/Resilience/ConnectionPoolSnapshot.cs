using McpRegistry.Servers;

namespace McpRegistry.Resilience;

/// <summary>What one replica last saw of its connections to one endpoint.</summary>
public sealed record ConnectionPoolSnapshot
{
    /// <summary>Gets the server. The snapshot is deleted with it.</summary>
    public required Guid ServerId { get; init; }

    /// <summary>Gets the endpoint.</summary>
    public required Guid EndpointId { get; init; }

    /// <summary>Gets the name of the replica.</summary>
    public required string Instance { get; init; }

    /// <summary>Gets when the replica looked, UTC. A snapshot that is older than the stored one is not kept.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>Gets how the endpoint is reached.</summary>
    public TransportKind Transport { get; init; }

    /// <summary>Gets how many connections the pool may hold: the one that is kept open, and the sessions or processes of clients.</summary>
    public int MaxSize { get; init; }

    /// <summary>Gets how many connections it keeps open.</summary>
    public int MinSize { get; init; }

    /// <summary>Gets how long opening a connection may take, for which a call waits, kept in whole milliseconds.</summary>
    public TimeSpan AcquireTimeout { get; init; }

    /// <summary>Gets after which time an unused connection is closed, kept in whole milliseconds.</summary>
    public TimeSpan IdleTimeout { get; init; }

    /// <summary>Gets how many connections were in use.</summary>
    public int ActiveConnections { get; init; }

    /// <summary>Gets how many connections were open and unused.</summary>
    public int IdleConnections { get; init; }

    /// <summary>Gets how many calls waited for a connection.</summary>
    public int PendingRequests { get; init; }

    /// <summary>Gets a value that tells whether the endpoint was connected, and not unhealthy by the calls that went there.</summary>
    public bool IsHealthy { get; init; }

    /// <summary>Gets when an attempt to open one last ended, UTC; null before the first time.</summary>
    public DateTimeOffset? LastHealthCheck { get; init; }

    /// <summary>Gets how many connections were opened since the replica supervises the endpoint as it is defined now.</summary>
    public long ConnectionsCreated { get; init; }

    /// <summary>Gets how many connections were closed in that time.</summary>
    public long ConnectionsClosed { get; init; }

    /// <summary>Gets how many connections failed to open in that time; attempts that were given up are not among them.</summary>
    public long ConnectionErrors { get; init; }

    /// <summary>Gets how long it took to open one, the mean in milliseconds; null before the first.</summary>
    public double? AverageConnectMilliseconds { get; init; }
}
