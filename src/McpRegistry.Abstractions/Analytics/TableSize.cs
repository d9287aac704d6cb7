namespace McpRegistry.Analytics;

/// <summary>The size of one table. Sizes are bytes, null where the database does not tell them.</summary>
public sealed record TableSize
{
    /// <summary>Gets the schema, <c>main</c> on SQLite.</summary>
    public required string Schema { get; init; }

    /// <summary>Gets the table.</summary>
    public required string Table { get; init; }

    /// <summary>Gets the size with indexes.</summary>
    public long? TotalBytes { get; init; }

    /// <summary>Gets the size without indexes.</summary>
    public long? TableBytes { get; init; }

    /// <summary>Gets the size of the indexes alone.</summary>
    public long? IndexBytes { get; init; }

    /// <summary>Gets the share of the indexes in the whole, 0 to 100, to two decimals; 0 for an empty table.</summary>
    public decimal? IndexPercentage { get; init; }

    /// <summary>Gets the number of indexes.</summary>
    public long IndexCount { get; init; }
}
