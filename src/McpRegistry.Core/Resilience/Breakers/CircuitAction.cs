namespace McpRegistry.Resilience;

/// <summary>What an operator does with a breaker.</summary>
internal enum CircuitAction
{
    /// <summary>Opens it as a trip would: after the break it is probed.</summary>
    Open,

    /// <summary>Closes it.</summary>
    Close,

    /// <summary>Opens it until it is closed or reset by an operator.</summary>
    Isolate,

    /// <summary>Closes it and forgets what was counted and told, on all replicas.</summary>
    Reset,
}
