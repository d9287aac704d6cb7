using System.Collections.Immutable;

namespace McpRegistry.Maintenance;

/// <summary>
/// A view that is computed ahead of time. Its <see cref="Query"/> is SQL that runs with the rights of the registry over the
/// rows of all tenants, so only the host's code or an administrator may register one.
/// </summary>
public sealed record MaterializedViewDefinition
{
    /// <summary>Gets the id (Guid version 7).</summary>
    public required Guid Id { get; init; }

    /// <summary>
    /// Gets the name of the view, unique: <c>mv_</c> followed by 1 to 50 of <c>a-z 0-9 _</c>. The prefix keeps it apart from
    /// every table of the registry.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>Gets what the view is for; null for nothing to say.</summary>
    public string? Description { get; init; }

    /// <summary>
    /// Gets the query: one SELECT, in the SQL of the database that is in use. A changed query takes effect when the view is
    /// created anew.
    /// </summary>
    public required string Query { get; init; }

    /// <summary>
    /// Gets the indexes, each a list of columns separated by commas, for example <c>day, tenant_id</c>. The first one is
    /// unique and lets a refresh go on beside readers; without it a refresh locks them out on PostgreSQL.
    /// </summary>
    public ImmutableArray<string> Indexes { get; init; } = [];

    /// <summary>Gets when the view is refreshed. Default by hand.</summary>
    public RefreshStrategy Strategy { get; init; }

    /// <summary>
    /// Gets the time between two refreshes in minutes, 1 to 525,600: of a scheduled view, and at least of a triggered one.
    /// Null for 60 when scheduled and 1 when triggered.
    /// </summary>
    public int? RefreshIntervalMinutes { get; init; }

    /// <summary>Gets the tables whose writes make a triggered view due.</summary>
    public ImmutableArray<string> RefreshTriggers { get; init; } = [];

    /// <summary>Gets a value that tells whether the view is refreshed by itself. Default true.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>Gets when it was last refreshed or created, UTC; null for never.</summary>
    public DateTimeOffset? LastRefreshed { get; init; }

    /// <summary>Gets when it may be refreshed by itself again, UTC; null for at once.</summary>
    public DateTimeOffset? NextRefresh { get; init; }

    /// <summary>Gets how often it was refreshed, its creation included.</summary>
    public long RefreshCount { get; init; }

    /// <summary>Gets how long a refresh takes, in milliseconds, the average of all; null before the first.</summary>
    public double? AverageRefreshMilliseconds { get; init; }

    /// <summary>Gets how many rows it had after the last refresh.</summary>
    public long? RowCount { get; init; }

    /// <summary>Gets its size with indexes after the last refresh, in bytes; null where the database does not tell.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>Gets when it was registered, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets when its definition last changed, UTC. Refreshes do not change it.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Gets the version of the definition, which every update raises by one; refreshes do not.</summary>
    public long Version { get; init; }
}
