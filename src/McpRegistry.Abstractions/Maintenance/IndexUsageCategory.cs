namespace McpRegistry.Maintenance;

/// <summary>How often an index was used since the database began to count.</summary>
public enum IndexUsageCategory
{
    /// <summary>The database does not count.</summary>
    Unknown,

    /// <summary>Never.</summary>
    Unused,

    /// <summary>1 to 9 scans.</summary>
    RarelyUsed,

    /// <summary>10 to 99 scans.</summary>
    OccasionallyUsed,

    /// <summary>100 scans or more.</summary>
    FrequentlyUsed,
}
