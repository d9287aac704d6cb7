namespace McpRegistry.ApiKeys;

/// <summary>What the caller of a key is told.</summary>
public enum ApiKeyOutcome
{
    /// <summary>The key is refused, for whatever reason (HTTP 401).</summary>
    Unauthorized,

    /// <summary>The key may be used.</summary>
    Allowed,

    /// <summary>The key is good, but not for this (HTTP 403).</summary>
    Forbidden,

    /// <summary>A limit is used up, or too many keys were guessed from the address (HTTP 429).</summary>
    TooManyRequests,

    /// <summary>The store could not say whether a limit is used up (HTTP 503).</summary>
    Unavailable,
}
