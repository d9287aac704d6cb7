namespace McpRegistry.AccessControl;

/// <summary>Whom an access rule is about.</summary>
public enum AccessSubjectKind
{
    /// <summary>Nobody: the value of a subject that was never set, which no store accepts.</summary>
    None,

    /// <summary>One user.</summary>
    User,

    /// <summary>Everyone of one tenant.</summary>
    Tenant,

    /// <summary>Whoever presents one API key.</summary>
    ApiKey,
}
