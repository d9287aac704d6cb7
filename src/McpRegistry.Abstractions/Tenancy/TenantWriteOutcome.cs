namespace McpRegistry.Tenancy;

/// <summary>What became of a change of a tenant.</summary>
public enum TenantWriteOutcome
{
    /// <summary>It took place.</summary>
    Success,

    /// <summary>The definition has faults.</summary>
    Invalid,

    /// <summary>There is no such tenant.</summary>
    NotFound,

    /// <summary>Another tenant has the slug.</summary>
    Conflict,

    /// <summary>The tenant changed since the caller read it.</summary>
    Stale,

    /// <summary>The tenant cannot be deleted, because it still has servers or API keys.</summary>
    InUse,
}
