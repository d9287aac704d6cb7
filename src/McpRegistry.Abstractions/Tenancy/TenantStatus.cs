namespace McpRegistry.Tenancy;

/// <summary>Whether a tenant may use the registry.</summary>
public enum TenantStatus
{
    /// <summary>It may.</summary>
    Active,

    /// <summary>Refused until an administrator lifts it; nothing is deleted.</summary>
    Suspended,

    /// <summary>Closed for good; kept for its audit trail.</summary>
    Disabled,
}
