using McpRegistry.Balancing;
using McpRegistry.Protocol;
using McpRegistry.Resilience;
using McpRegistry.Servers;
using McpRegistry.Upstream;

namespace McpRegistry.Supervision;

/// <content>What other replicas are told of its connections.</content>
internal sealed partial class SupervisedEndpoint
{
    private int _waiting;

    /// <summary>As <see cref="GetAsync"/>, for a call: those that wait are counted.</summary>
    public ValueTask<ConnectResult> GetForCallAsync(CancellationToken cancellationToken)
    {
        var getting = GetAsync(cancellationToken);
        return getting.IsCompleted ? getting : CountAsync(getting);
    }

    /// <summary>Describes its connections: the one that is kept open, and the sessions of clients.</summary>
    /// <param name="instance">The name of this replica.</param>
    /// <param name="now">The time, UTC.</param>
    public ConnectionPoolSnapshot Describe(string instance, DateTimeOffset now)
    {
        var options = _context.Options.Value;
        var (active, idle, waiting) = Sessions.Describe();
        if (_connection is { HasEnded: false } own)
        {
            // Calls go over it unless each caller has a session of its own; then it only watches.
            var isShared = own.Handshake.Era == ProtocolEra.Modern || _server.Isolation == SessionIsolation.Shared;
            var isUsed = isShared && Load.InFlight > 0;
            active += isUsed ? 1 : 0;
            idle += isUsed ? 0 : 1;
        }

        return new ConnectionPoolSnapshot
        {
            ServerId = _server.Id,
            EndpointId = Endpoint.Id,
            Instance = instance,
            SeenAt = now,
            Transport = Endpoint.Transport,
            MaxSize = Sessions.MaxSize + 1,
            MinSize = 1,
            AcquireTimeout = options.ConnectTimeout,
            IdleTimeout = options.SessionIdleTimeout,
            ActiveConnections = active,
            IdleConnections = idle,
            PendingRequests = Volatile.Read(ref _waiting) + waiting,
            IsHealthy = _connection is not null && Load.Condition != EndpointCondition.Unhealthy,
            LastHealthCheck = _counts.LastTried,
            ConnectionsCreated = _counts.Opened,
            ConnectionsClosed = _counts.Closed,
            ConnectionErrors = _counts.Failed,
            AverageConnectMilliseconds = FactNumbers.Milliseconds(_counts.MeanOpening),
        };
    }

    private async ValueTask<ConnectResult> CountAsync(ValueTask<ConnectResult> getting)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            return await getting.ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
