namespace McpRegistry.Analytics;

/// <summary>How often one index was used. What the database does not count is null.</summary>
public sealed record IndexUsage
{
    /// <summary>Gets the schema, <c>main</c> on SQLite.</summary>
    public required string Schema { get; init; }

    /// <summary>Gets the table.</summary>
    public required string Table { get; init; }

    /// <summary>Gets the index.</summary>
    public required string Index { get; init; }

    /// <summary>Gets how often a query used it.</summary>
    public long? Scans { get; init; }

    /// <summary>Gets how many entries those queries read from it.</summary>
    public long? TuplesRead { get; init; }

    /// <summary>Gets how many live rows they fetched by it.</summary>
    public long? TuplesFetched { get; init; }

    /// <summary>Gets the class of <see cref="Scans"/>.</summary>
    public IndexUsageCategory? Category { get; init; }

    /// <summary>Gets the size in bytes.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>
    /// Gets whether it is a primary key, unique or exclusion index: it guards rows, however seldom it is scanned.
    /// </summary>
    public bool IsKey { get; init; }
}
