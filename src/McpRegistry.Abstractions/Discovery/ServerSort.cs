namespace McpRegistry.Discovery;

/// <summary>
/// The order of the servers that a search finds. What is equal comes by name and then by id. Names are compared without
/// case, character by character in the order of Unicode.
/// </summary>
public enum ServerSort
{
    /// <summary>
    /// By health (healthy, degraded, unknown, maintenance, unhealthy), then by mean response time with the unmeasured ones
    /// last. The default.
    /// </summary>
    Discovery,

    /// <summary>By name.</summary>
    Name,

    /// <summary>By the time of registration.</summary>
    Created,

    /// <summary>By the time of the last change of the definition.</summary>
    Updated,

    /// <summary>By the time of the last call; a server that was never called counts as the oldest.</summary>
    LastUsed,

    /// <summary>By the number of calls.</summary>
    RequestCount,
}
