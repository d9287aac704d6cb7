namespace McpRegistry.Routing;

/// <summary>How a rule chooses among its servers.</summary>
internal enum RoutePolicy
{
    /// <summary>By weight, spread as evenly as can be. The default.</summary>
    Weighted,

    /// <summary>One after the other, whatever their weights.</summary>
    RoundRobin,

    /// <summary>By the key of the caller, in proportion to the weights.</summary>
    ConsistentHash,
}
