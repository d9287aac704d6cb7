namespace McpRegistry.Resilience;

/// <summary>What opens a circuit breaker.</summary>
public enum CircuitBreakerMode
{
    /// <summary>The part of failed calls in a window, once there were enough calls.</summary>
    FailureRatio,

    /// <summary>So many failures with no success between them.</summary>
    ConsecutiveFailures,
}
