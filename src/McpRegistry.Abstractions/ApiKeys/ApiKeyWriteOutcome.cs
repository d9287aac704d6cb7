namespace McpRegistry.ApiKeys;

/// <summary>What became of a change of a key.</summary>
public enum ApiKeyWriteOutcome
{
    /// <summary>It took place.</summary>
    Success,

    /// <summary>The request has faults.</summary>
    Invalid,

    /// <summary>The tenant has no such key.</summary>
    NotFound,

    /// <summary>Another key has the name.</summary>
    Conflict,

    /// <summary>The key changed since the caller read it.</summary>
    Stale,

    /// <summary>The key is revoked, which is for good.</summary>
    Revoked,

    /// <summary>The tenant has as many keys as it may have.</summary>
    LimitReached,

    /// <summary>Access rules are about the key, which therefore cannot be deleted.</summary>
    InUse,

    /// <summary>The key has been rotated, and its successor is neither revoked nor expired.</summary>
    HasSuccessor,
}
