namespace McpRegistry.Users;

/// <summary>What a person or service may do where no finer rule decides.</summary>
public enum UserRole
{
    /// <summary>Uses what it is allowed to see.</summary>
    User,

    /// <summary>Everything in its tenant; in the global tenant, everything.</summary>
    Admin,

    /// <summary>Registers servers and manages those it owns.</summary>
    ServerOwner,

    /// <summary>A program, not a person.</summary>
    Service,

    /// <summary>Looks, and changes nothing.</summary>
    ReadOnly,
}
