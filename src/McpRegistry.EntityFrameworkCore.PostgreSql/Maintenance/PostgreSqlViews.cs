using System.Globalization;
using McpRegistry.EntityFrameworkCore.Maintenance;
using McpRegistry.Maintenance;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Maintenance;

/// <summary>
/// Real materialised views. The comment of each says that the registry made it and holds a mark of how much had been written
/// to its trigger tables, so that all replicas share that knowledge and a restart does not lose it.
/// </summary>
internal sealed class PostgreSqlViews : IViewDialect
{
    private const string Mark = "McpRegistry:";

    // The two numbers are the first bytes of "mcpregis" and a hash of the name: one lock for each view.
    private const string Lock = "SELECT pg_advisory_xact_lock(1835233394, hashtext({0}))";

    private const string Find =
        """
        SELECT CASE WHEN relkind = 'm' AND obj_description(oid, 'pg_class') LIKE 'McpRegistry:%' THEN 1 ELSE 0 END
        FROM pg_class WHERE relname = {0} AND relnamespace = current_schema()::regnamespace
        """;

    // The counters come late by up to ten seconds, and never too early: a write that they miss now shows at the next look.
    private const string Writes =
        """
        SELECT md5(coalesce(string_agg(relname || ':' || (n_tup_ins + n_tup_upd + n_tup_del), ',' ORDER BY relname), ''))
        FROM pg_stat_user_tables WHERE schemaname = current_schema() AND relname = ANY({0})
        """;

    private const string IsConcurrent =
        """
        SELECT EXISTS (
            SELECT FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid
            WHERE c.oid = to_regclass({0}) AND c.relispopulated
              AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL)
        """;

    public IReadOnlyList<MaterializedViewDefinition> Shipped => PostgreSqlShippedViews.All;

    public async Task<ViewState> EnterAsync(RegistryDbContext context, string name, CancellationToken cancellationToken)
    {
        await context.ExecuteAsync(Lock, cancellationToken, name).ConfigureAwait(false);
        return await context.ReadValueAsync(Find, cancellationToken, name).ConfigureAwait(false) switch
        {
            null => ViewState.Missing,
            1 => ViewState.Made,
            _ => ViewState.Foreign,
        };
    }

    public async Task CreateAsync(RegistryDbContext context, ViewPlan plan, CancellationToken cancellationToken)
    {
        var writes = await ReadWritesAsync(context, plan, cancellationToken).ConfigureAwait(false);
        await context.ExecuteAsync($"DROP MATERIALIZED VIEW IF EXISTS \"{plan.Name}\"", cancellationToken).ConfigureAwait(false);

        // As a subquery, so that nothing after the SELECT is part of the statement around it.
        await ExecuteSingleAsync(
            context, $"CREATE MATERIALIZED VIEW \"{plan.Name}\" AS SELECT * FROM (\n{plan.Query}\n) AS source", cancellationToken).ConfigureAwait(false);
        foreach (var statement in plan.IndexStatements())
        {
            await context.ExecuteAsync(statement, cancellationToken).ConfigureAwait(false);
        }

        await MarkAsync(context, plan, writes, cancellationToken).ConfigureAwait(false);
    }

    public async Task RefreshAsync(RegistryDbContext context, ViewPlan plan, CancellationToken cancellationToken)
    {
        // Read before the refresh: what is written meanwhile counts as new, though it may be in already.
        var writes = await ReadWritesAsync(context, plan, cancellationToken).ConfigureAwait(false);
        var concurrently = await context.ReadValueAsync(IsConcurrent, cancellationToken, plan.Name).ConfigureAwait(false) is true
            ? "CONCURRENTLY "
            : "";
        await context.ExecuteAsync($"REFRESH MATERIALIZED VIEW {concurrently}\"{plan.Name}\"", cancellationToken).ConfigureAwait(false);
        await MarkAsync(context, plan, writes, cancellationToken).ConfigureAwait(false);
    }

    public Task DropAsync(RegistryDbContext context, string name, CancellationToken cancellationToken) =>
        context.ExecuteAsync($"DROP MATERIALIZED VIEW \"{name}\"", cancellationToken);

    public async Task<(long Rows, long? Bytes)> MeasureAsync(RegistryDbContext context, string name, CancellationToken cancellationToken)
    {
        var rows = await context.ReadValueAsync($"SELECT count(*) FROM \"{name}\"", cancellationToken).ConfigureAwait(false);
        var bytes = await context
            .ReadValueAsync("SELECT pg_total_relation_size(to_regclass({0}))", cancellationToken, name)
            .ConfigureAwait(false);
        return (Convert.ToInt64(rows, CultureInfo.InvariantCulture), (long?)bytes);
    }

    public async Task<bool> HasNewRowsAsync(RegistryDbContext context, ViewPlan plan, CancellationToken cancellationToken)
    {
        var mark = await context
            .ReadValueAsync("SELECT obj_description(to_regclass({0}), 'pg_class')", cancellationToken, plan.Name)
            .ConfigureAwait(false) as string;
        return mark?.StartsWith(Mark, StringComparison.Ordinal) == true
            && !string.Equals(mark[Mark.Length..], await ReadWritesAsync(context, plan, cancellationToken).ConfigureAwait(false), StringComparison.Ordinal);
    }

    public string? FindFault(string query) => null;

    // Classes: feature, cardinality, data, constraint, dependent objects, access or syntax, limits. Not 57 and the like,
    // which say that the server stops, nor a lock that was not to be had.
    public string? ReadRefusal(Exception exception) =>
        exception is PostgresException { SqlState: ['0', 'A', ..] or ['2', '1' or '2' or '3' or 'B', ..] or ['4', '2', ..] or ['5', '4', ..] } refusal
            ? refusal.MessageText
            : null;

    private static async Task<string> ReadWritesAsync(RegistryDbContext context, ViewPlan plan, CancellationToken cancellationToken) =>
        (string)(await context.ReadValueAsync(Writes, cancellationToken, (object)plan.Triggers).ConfigureAwait(false))!;

    // The mark is a hash in hex: a comment takes no parameter.
    private static Task<int> MarkAsync(RegistryDbContext context, ViewPlan plan, string writes, CancellationToken cancellationToken) =>
        context.ExecuteAsync($"COMMENT ON MATERIALIZED VIEW \"{plan.Name}\" IS '{Mark}{writes}'", cancellationToken);

    /// <summary>
    /// Sends the text as it is. A plain command would have the driver cut it at its semicolons and send the pieces; a command
    /// of a batch is one statement, and the server refuses a second one in it.
    /// </summary>
    private static async Task ExecuteSingleAsync(RegistryDbContext context, string sql, CancellationToken cancellationToken)
    {
        var connection = (NpgsqlConnection)context.Database.GetDbConnection();
        var batch = new NpgsqlBatch(connection, (NpgsqlTransaction)context.Database.CurrentTransaction!.GetDbTransaction())
        {
            Timeout = SqlCommands.Timeout,
        };
        await using (batch.ConfigureAwait(false))
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql));
            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
