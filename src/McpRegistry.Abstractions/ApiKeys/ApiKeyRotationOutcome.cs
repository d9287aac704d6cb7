namespace McpRegistry.ApiKeys;

/// <summary>What became of a rotation in the store.</summary>
public enum ApiKeyRotationOutcome
{
    /// <summary>It took place.</summary>
    Success,

    /// <summary>The tenant has no such key.</summary>
    NotFound,

    /// <summary>The old key, or the rules about it, changed since they were read.</summary>
    Stale,

    /// <summary>Another key has the name, the look-up id or the id of the successor, or a rule the id of a copy.</summary>
    Conflict,

    /// <summary>The old key has a successor that is neither revoked nor expired.</summary>
    HasSuccessor,

    /// <summary>The tenant would have more keys than it may have.</summary>
    LimitReached,
}
