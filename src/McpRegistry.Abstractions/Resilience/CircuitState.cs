namespace McpRegistry.Resilience;

/// <summary>What a circuit breaker does with the next call.</summary>
public enum CircuitState
{
    /// <summary>Lets it through.</summary>
    Closed,

    /// <summary>Refuses it until the break ends.</summary>
    Open,

    /// <summary>Lets a probe through and refuses the others.</summary>
    HalfOpen,

    /// <summary>Refuses it until an operator closes the breaker.</summary>
    Isolated,
}
