namespace McpRegistry.Storage;

/// <summary>
/// Who hears of a change first. Each handler waits for those before it, and may fail on what the store answers them, so what closes
/// doors comes before what only follows.
/// </summary>
internal enum ChangePrecedence
{
    /// <summary>What is remembered of keys: a revocation waits for nothing.</summary>
    Keys,

    /// <summary>What else decides whether a caller gets in: tenants and users. Not access rules, which follow the servers: who hears
    /// that one is gone is decided by the rules that it had.</summary>
    Callers,

    /// <summary>All others.</summary>
    Usual,

    /// <summary>What is open already: whoever it is taken from must not come back by what was remembered.</summary>
    OpenStreams,
}
