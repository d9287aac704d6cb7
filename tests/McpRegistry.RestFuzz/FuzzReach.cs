namespace McpRegistry.RestFuzz;

/// <summary>What a caller may change; all beyond it must stay as it is, whatever the caller sends.</summary>
internal enum FuzzReach
{
    /// <summary>Nothing, since nobody knows it: every request must be refused.</summary>
    Unknown,

    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>What its tenant has.</summary>
    Tenant,

    /// <summary>All there is.</summary>
    Installation,
}
