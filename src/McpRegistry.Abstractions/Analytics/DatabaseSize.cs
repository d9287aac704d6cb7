namespace McpRegistry.Analytics;

/// <summary>The size of the whole database. What the database does not tell is null.</summary>
public sealed record DatabaseSize
{
    /// <summary>Gets the size in bytes.</summary>
    public long? TotalBytes { get; init; }

    /// <summary>Gets the number of tables in the registry's schema.</summary>
    public long TableCount { get; init; }

    /// <summary>Gets the number of indexes in the registry's schema.</summary>
    public long IndexCount { get; init; }

    /// <summary>Gets the number of views in the registry's schema.</summary>
    public long ViewCount { get; init; }

    /// <summary>Gets the number of functions in the registry's schema, without those of extensions.</summary>
    public long FunctionCount { get; init; }

    /// <summary>Gets the number of connections to the database, from this host and all others.</summary>
    public long? ActiveConnections { get; init; }

    /// <summary>Gets how many connections the database server takes.</summary>
    public long? MaxConnections { get; init; }

    /// <summary>Gets when this was measured, UTC.</summary>
    public DateTimeOffset CheckedAt { get; init; }
}
