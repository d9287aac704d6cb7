namespace McpRegistry.AccessControl;

/// <summary>What a subject may do with a server.</summary>
[Flags]
public enum AccessPermissions
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>See the server and what it offers.</summary>
    Read = 1,

    /// <summary>Change its definition.</summary>
    Write = 2,

    /// <summary>Delete it and decide who else may use it.</summary>
    Admin = 4,

    /// <summary>Call its MCP methods through the gateway.</summary>
    Proxy = 8,
}
