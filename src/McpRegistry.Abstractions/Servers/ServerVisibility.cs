namespace McpRegistry.Servers;

/// <summary>Who finds a server.</summary>
public enum ServerVisibility
{
    /// <summary>Everyone in its tenant. The default.</summary>
    Tenant,

    /// <summary>Its owner, and those it is shared with.</summary>
    Private,

    /// <summary>Every tenant.</summary>
    Public,
}
