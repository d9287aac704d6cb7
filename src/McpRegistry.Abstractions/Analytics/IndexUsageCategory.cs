namespace McpRegistry.Analytics;

/// <summary>How often an index was used since the database's statistics began.</summary>
public enum IndexUsageCategory
{
    /// <summary>Never.</summary>
    Unused,

    /// <summary>1 to 9 times.</summary>
    RarelyUsed,

    /// <summary>10 to 99 times.</summary>
    OccasionallyUsed,

    /// <summary>100 times or more.</summary>
    FrequentlyUsed,
}
