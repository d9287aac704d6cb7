using System.Collections.Concurrent;
using System.Globalization;
using McpRegistry.EntityFrameworkCore.Maintenance;
using McpRegistry.Maintenance;
using Microsoft.Data.Sqlite;

namespace McpRegistry.EntityFrameworkCore.Sqlite.Maintenance;

/// <summary>
/// SQLite has no materialised views: a table stands for one, filled anew in one transaction from an ordinary view that keeps
/// the query. That view's name has a character which no definition may have, so it also tells that the table is ours.
/// </summary>
internal sealed class SqliteViews : IViewDialect
{
    private const int Error = 1;
    private const int TooBig = 18;
    private const int Constraint = 19;
    private const int Mismatch = 20;

    // Of this process, as a file belongs to one. After a restart a triggered view is refreshed once for nothing.
    private readonly ConcurrentDictionary<string, string> _writes = new(StringComparer.Ordinal);

    public IReadOnlyList<MaterializedViewDefinition> Shipped => SqliteShippedViews.All;

    public async Task<ViewState> EnterAsync(RegistryDbContext context, string name, CancellationToken cancellationToken)
    {
        var names = await context
            .ReadRowsAsync(
                "SELECT name FROM sqlite_master WHERE (type = 'view' AND name = {0}) OR name = {1} COLLATE NOCASE",
                row => row.GetString(0),
                cancellationToken,
                Source(name),
                name)
            .ConfigureAwait(false);
        return names.Contains(Source(name), StringComparer.Ordinal) ? ViewState.Made
            : names.Count > 0 ? ViewState.Foreign
            : ViewState.Missing;
    }

    public async Task CreateAsync(RegistryDbContext context, ViewPlan plan, CancellationToken cancellationToken)
    {
        var writes = await ReadWritesAsync(context, plan, cancellationToken).ConfigureAwait(false);
        await context.ExecuteAsync($"DROP TABLE IF EXISTS \"{plan.Name}\"", cancellationToken).ConfigureAwait(false);
        await context.ExecuteAsync($"DROP VIEW IF EXISTS \"{Source(plan.Name)}\"", cancellationToken).ConfigureAwait(false);
        await context
            .ExecuteAsync($"CREATE VIEW \"{Source(plan.Name)}\" AS SELECT * FROM (\n{plan.Query}\n)", cancellationToken)
            .ConfigureAwait(false);
        await context
            .ExecuteAsync($"CREATE TABLE \"{plan.Name}\" AS SELECT * FROM \"{Source(plan.Name)}\"", cancellationToken)
            .ConfigureAwait(false);
        foreach (var statement in plan.IndexStatements())
        {
            await context.ExecuteAsync(statement, cancellationToken).ConfigureAwait(false);
        }

        _writes[plan.Name] = writes;
    }

    public async Task RefreshAsync(RegistryDbContext context, ViewPlan plan, CancellationToken cancellationToken)
    {
        var writes = await ReadWritesAsync(context, plan, cancellationToken).ConfigureAwait(false);
        await context.ExecuteAsync($"DELETE FROM \"{plan.Name}\"", cancellationToken).ConfigureAwait(false);
        await context
            .ExecuteAsync($"INSERT INTO \"{plan.Name}\" SELECT * FROM \"{Source(plan.Name)}\"", cancellationToken)
            .ConfigureAwait(false);
        _writes[plan.Name] = writes;
    }

    public async Task DropAsync(RegistryDbContext context, string name, CancellationToken cancellationToken)
    {
        await context.ExecuteAsync($"DROP TABLE IF EXISTS \"{name}\"", cancellationToken).ConfigureAwait(false);
        await context.ExecuteAsync($"DROP VIEW \"{Source(name)}\"", cancellationToken).ConfigureAwait(false);
        _writes.TryRemove(name, out _);
    }

    public async Task<(long Rows, long? Bytes)> MeasureAsync(RegistryDbContext context, string name, CancellationToken cancellationToken)
    {
        var rows = await context.ReadValueAsync($"SELECT count(*) FROM \"{name}\"", cancellationToken).ConfigureAwait(false);
        return (
            Convert.ToInt64(rows, CultureInfo.InvariantCulture),
            await SqliteSizes.ReadAsync(context, [name, $"ux_{name}"], cancellationToken).ConfigureAwait(false));
    }

    public async Task<bool> HasNewRowsAsync(RegistryDbContext context, ViewPlan plan, CancellationToken cancellationToken) =>
        await EnterAsync(context, plan.Name, cancellationToken).ConfigureAwait(false) == ViewState.Made
        && (!_writes.TryGetValue(plan.Name, out var known)
            || !string.Equals(known, await ReadWritesAsync(context, plan, cancellationToken).ConfigureAwait(false), StringComparison.Ordinal));

    public string? ReadRefusal(Exception exception) =>
        exception is SqliteException { SqliteErrorCode: Error or TooBig or Constraint or Mismatch } refusal ? refusal.Message : null;

    // The driver would run the statements of a text one after the other. Any semicolon is refused rather than a parser
    // trusted to know which ones are text; without one, CREATE VIEW takes a SELECT or fails.
    public string? FindFault(string query) => query.AsSpan().ContainsAny(';', '\0')
        ? "The query must be a single SELECT; on SQLite it may hold no semicolon, not even in a text (use char(59))."
        : null;

    private static string Source(string name) => $"{name}$source";

    /// <summary>
    /// SQLite counts no writes. Registry data raises the revision with every write; logs do not, but they only grow at the
    /// end and shrink at the beginning, which the first and last row number show without a scan.
    /// </summary>
    private static async Task<string> ReadWritesAsync(RegistryDbContext context, ViewPlan plan, CancellationToken cancellationToken)
    {
        var logs = PrunableTables.Names.ToHashSet(StringComparer.Ordinal);
        var parts = plan.Triggers.Select(table => logs.Contains(table)
            ? $"coalesce((SELECT min(rowid) FROM \"{table}\"), 0) || '-' || coalesce((SELECT max(rowid) FROM \"{table}\"), 0)"
            : "coalesce((SELECT revision FROM registry_revisions WHERE scope = 'all'), 0)");
        return plan.Triggers.Length == 0
            ? ""
            : (string)(await context
                .ReadValueAsync($"SELECT {string.Join(" || ' ' || ", parts)} || ''", cancellationToken)
                .ConfigureAwait(false))!;
    }
}
