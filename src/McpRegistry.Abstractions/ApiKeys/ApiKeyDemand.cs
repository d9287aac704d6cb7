namespace McpRegistry.ApiKeys;

/// <summary>What the caller of a key is about to do. The default demands nothing but a valid key, and takes nothing of its limits.</summary>
public readonly record struct ApiKeyDemand
{
    /// <summary>Gets the scopes that it takes, all of them; implied ones count. Default none.</summary>
    public ApiKeyScope Scope { get; init; }

    /// <summary>Gets the id of the server that it concerns; null (the default) for none, which a key's list of servers does not refuse.</summary>
    public Guid? Server { get; init; }

    /// <summary>
    /// Gets the MCP method, such as <c>tools/call</c>; null (the default) for none, which a key's list of methods does not refuse. As at the
    /// gateway, lists do not govern methods that open and keep a connection, such as <c>ping</c>; a name that is no method of MCP passes
    /// only keys without a list.
    /// </summary>
    public string? Method { get; init; }

    /// <summary>Gets a value that tells whether it takes one call of the hourly and daily limits of the key and its tenant. Default false.</summary>
    public bool Counts { get; init; }
}
