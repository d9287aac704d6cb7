namespace McpRegistry.Maintenance;

/// <summary>An index that only speeds reads up, and how much it is used. Keys and unique indexes are not listed: they guard the rows.</summary>
public sealed record IndexUsage
{
    /// <summary>Gets the schema.</summary>
    public required string Schema { get; init; }

    /// <summary>Gets the table.</summary>
    public required string Table { get; init; }

    /// <summary>Gets the index.</summary>
    public required string Index { get; init; }

    /// <summary>Gets its size in bytes; null where the database does not tell.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>Gets how often it was scanned; null where the database does not count.</summary>
    public long? Scans { get; init; }

    /// <summary>Gets how many of its entries were read; null where the database does not count.</summary>
    public long? TuplesRead { get; init; }

    /// <summary>Gets how many rows were fetched by it; null where the database does not count.</summary>
    public long? TuplesFetched { get; init; }

    /// <summary>Gets how often it is used: none, under 10, under 100 scans, or more.</summary>
    public IndexUsageCategory Category => Scans switch
    {
        null => IndexUsageCategory.Unknown,
        0 => IndexUsageCategory.Unused,
        < 10 => IndexUsageCategory.RarelyUsed,
        < 100 => IndexUsageCategory.OccasionallyUsed,
        _ => IndexUsageCategory.FrequentlyUsed,
    };
}
