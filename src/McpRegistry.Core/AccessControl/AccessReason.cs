namespace McpRegistry.AccessControl;

/// <summary>What decided. The names are part of the answers of <c>access/explain</c>.</summary>
internal enum AccessReason
{
    /// <summary>Allowed: nobody restricts the server, and its visibility includes the caller.</summary>
    Open,

    /// <summary>Allowed: the caller owns the server.</summary>
    Owner,

    /// <summary>Allowed: whoever has the scope admin in the tenant of the server manages it.</summary>
    AdminScope,

    /// <summary>Allowed: a rule grants it.</summary>
    Rule,

    /// <summary>Refused: the key reaches other servers only.</summary>
    KeyServers,

    /// <summary>Refused: the key may call other methods only.</summary>
    KeyMethods,

    /// <summary>Refused: the server belongs to another tenant and is not shared with the caller, or that tenant is not active.</summary>
    NotShared,

    /// <summary>Refused: the server is private, and no rule shares it with the caller.</summary>
    Private,

    /// <summary>Refused: the server has rules, and none about the caller applies now.</summary>
    NoRule,

    /// <summary>Refused: rules about the caller apply, but lack the permission.</summary>
    NoPermission,

    /// <summary>Refused: rules about the caller apply, but for other methods.</summary>
    MethodNotAllowed,

    /// <summary>Refused: a rule about the caller denies the method.</summary>
    MethodDenied,
}
