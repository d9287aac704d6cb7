using McpRegistry.Resilience;
using McpRegistry.Servers;

namespace McpRegistry.Storage.Conformance;

/// <content>Breakers, pools and queues, all of the first endpoint of a server.</content>
public static partial class Sample
{
    public static CircuitBreakerSnapshot Breaker(RegisteredServer server, CircuitState state = CircuitState.Closed) => new()
    {
        EndpointId = server.Endpoints[0].Id,
        Tenant = server.Tenant,
        ServerId = server.Id,
        State = state,
        LastStateChange = server.CreatedAt,
    };

    public static CircuitBreakerSnapshot FullBreaker(RegisteredServer server) => Breaker(server, CircuitState.Isolated) with
    {
        Reason = "Switched off by an operator",
        FailureCount = 1,
        SuccessCount = 2,
        FailureThreshold = 3,
        SuccessThreshold = 4,
        BreakDuration = TimeSpan.FromMilliseconds(30_500),
        LastFailure = server.CreatedAt.AddSeconds(1),
        LastSuccess = server.CreatedAt.AddSeconds(2),
        NextAttempt = server.CreatedAt.AddSeconds(3),
        TotalRequests = 5_000_000_000,
        TotalFailures = 6_000_000_000,
        TotalTimeouts = 7_000_000_000,
        Instance = "replica-1",
        History = CircuitHistory.Of(
            [
                new CircuitTransition { At = server.CreatedAt.AddSeconds(-1), Before = CircuitState.Closed, State = CircuitState.HalfOpen },
                new CircuitTransition { At = server.CreatedAt, Before = CircuitState.Open, State = CircuitState.Isolated, Reason = "Switched off by an operator", Instance = "replica-1" },
            ],
            server.CreatedAt.AddSeconds(-2)),
    };

    public static ConnectionPoolSnapshot Pool(RegisteredServer server, string instance = "replica-1") => new()
    {
        ServerId = server.Id,
        EndpointId = server.Endpoints[0].Id,
        Instance = instance,
        SeenAt = server.CreatedAt,
    };

    public static ConnectionPoolSnapshot FullPool(RegisteredServer server) => Pool(server) with
    {
        Transport = TransportKind.Stdio,
        MaxSize = 1,
        MinSize = 2,
        AcquireTimeout = TimeSpan.FromMilliseconds(3),
        IdleTimeout = TimeSpan.FromDays(40),
        ActiveConnections = 4,
        IdleConnections = 5,
        PendingRequests = 6,
        IsHealthy = true,
        LastHealthCheck = server.CreatedAt.AddSeconds(-1),
        ConnectionsCreated = 7_000_000_000,
        ConnectionsClosed = 8_000_000_000,
        ConnectionErrors = 9_000_000_000,
        AverageConnectMilliseconds = 1.2345678901234567,
    };

    public static RequestQueueSnapshot Queue(RegisteredServer server, string instance = "replica-1") => new()
    {
        ServerId = server.Id,
        Instance = instance,
        SeenAt = server.CreatedAt,
    };

    public static RequestQueueSnapshot FullQueue(RegisteredServer server) => Queue(server) with
    {
        MaxSize = 1000,
        ProcessingTimeout = TimeSpan.FromSeconds(60),
        PriorityLevels = 3,
        CurrentSize = 4,
        ProcessingCount = 5,
        IsAccepting = true,
        LastProcessed = server.CreatedAt.AddSeconds(-1),
        TotalEnqueued = 6_000_000_000,
        TotalProcessed = 7_000_000_000,
        TotalTimeouts = 8_000_000_000,
        TotalErrors = 9_000_000_000,
        AverageProcessingMilliseconds = 0.1,
        AverageWaitMilliseconds = 1e-9,
    };
}
