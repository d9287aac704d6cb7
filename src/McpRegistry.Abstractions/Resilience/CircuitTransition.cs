namespace McpRegistry.Resilience;

/// <summary>A change of a circuit breaker's state.</summary>
public sealed record CircuitTransition
{
    /// <summary>
    /// Gets when it came about, UTC, kept in whole microseconds. Each is later than all of which the replica knew that made it, also where the
    /// clocks of replicas differ.
    /// </summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Gets the state before, as the replica knew it that made the change.</summary>
    public required CircuitState Before { get; init; }

    /// <summary>Gets the state after.</summary>
    public required CircuitState State { get; init; }

    /// <summary>Gets why, for people; null when there is nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets the name of the replica that made the change; null when it has none.</summary>
    public string? Instance { get; init; }
}
