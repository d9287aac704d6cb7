namespace McpRegistry.Routing;

/// <summary>What became of a change of a routing rule.</summary>
public enum RoutingRuleWriteOutcome
{
    /// <summary>It took place.</summary>
    Success,

    /// <summary>The definition has faults.</summary>
    Invalid,

    /// <summary>The tenant has no such rule.</summary>
    NotFound,

    /// <summary>Another rule has the name.</summary>
    Conflict,

    /// <summary>The rule changed since the caller read it.</summary>
    Stale,

    /// <summary>The tenant has as many rules as it may have.</summary>
    LimitReached,
}
