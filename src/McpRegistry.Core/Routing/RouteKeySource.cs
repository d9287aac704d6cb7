namespace McpRegistry.Routing;

/// <summary>By what callers are told apart where they are to stay with their target.</summary>
internal enum RouteKeySource
{
    /// <summary>The key or user.</summary>
    Principal,

    /// <summary>The session of a legacy client; the principal of a modern one.</summary>
    Session,

    /// <summary>The address that the call comes from.</summary>
    Address,

    /// <summary>A header of the request.</summary>
    Header,
}
