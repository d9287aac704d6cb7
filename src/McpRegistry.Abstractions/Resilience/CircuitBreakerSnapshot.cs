using McpRegistry.Tenancy;

namespace McpRegistry.Resilience;

/// <summary>What one replica knew of the circuit breaker of one endpoint.</summary>
public sealed record CircuitBreakerSnapshot
{
    /// <summary>Gets the endpoint, which has one breaker.</summary>
    public required Guid EndpointId { get; init; }

    /// <summary>Gets the owner of the server.</summary>
    public TenantId Tenant { get; init; }

    /// <summary>Gets the server of the endpoint. The snapshot is deleted with it.</summary>
    public required Guid ServerId { get; init; }

    /// <summary>Gets what the breaker does with the next call.</summary>
    public required CircuitState State { get; init; }

    /// <summary>Gets why it is in this state, for people; null when there is nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets how many calls failed in the current window.</summary>
    public int FailureCount { get; init; }

    /// <summary>Gets how many calls succeeded in the current window.</summary>
    public int SuccessCount { get; init; }

    /// <summary>Gets how many failures open the breaker.</summary>
    public int FailureThreshold { get; init; }

    /// <summary>Gets how many successes of probes close it.</summary>
    public int SuccessThreshold { get; init; }

    /// <summary>Gets how long it stays open, kept in whole milliseconds.</summary>
    public TimeSpan BreakDuration { get; init; }

    /// <summary>Gets when a call last failed, UTC; null before the first time.</summary>
    public DateTimeOffset? LastFailure { get; init; }

    /// <summary>Gets when a call last succeeded, UTC; null before the first time.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>Gets when the breaker came into this state, UTC. Of two snapshots the one with the later change is the newer.</summary>
    public required DateTimeOffset LastStateChange { get; init; }

    /// <summary>Gets when an open breaker lets a probe through, UTC; null when it is not open.</summary>
    public DateTimeOffset? NextAttempt { get; init; }

    /// <summary>Gets how many calls there were.</summary>
    public long TotalRequests { get; init; }

    /// <summary>Gets how many of them failed, timeouts included.</summary>
    public long TotalFailures { get; init; }

    /// <summary>Gets how many of them timed out.</summary>
    public long TotalTimeouts { get; init; }

    /// <summary>Gets the name of the replica that saved the snapshot; null when it has none.</summary>
    public string? Instance { get; init; }

    /// <summary>Gets the last changes of the state that are known. Stores merge it with the one that they have. Default empty.</summary>
    public CircuitHistory History { get; init; } = CircuitHistory.Empty;
}
