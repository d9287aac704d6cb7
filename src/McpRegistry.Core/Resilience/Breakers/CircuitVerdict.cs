namespace McpRegistry.Resilience;

/// <summary>What the end of an exchange says to a circuit breaker.</summary>
internal enum CircuitVerdict
{
    /// <summary>Nothing: the gateway itself stood in the way, or the caller gave up.</summary>
    None,

    /// <summary>The endpoint answered, if only to refuse.</summary>
    Success,

    /// <summary>It failed.</summary>
    Failure,

    /// <summary>It did not answer in time, which is a failure too.</summary>
    Timeout,
}
