namespace McpRegistry.Resilience;

/// <summary>How the wait for a place at a server ended.</summary>
internal enum GateOutcome
{
    /// <summary>With a place, which has to be left.</summary>
    Entered,

    /// <summary>At once, or for a more important call: there is no room to wait.</summary>
    Full,

    /// <summary>With the time of the wait, or of the caller.</summary>
    Late,

    /// <summary>By a change of the server: whoever waited has to look where its call goes now.</summary>
    Dismissed,
}
