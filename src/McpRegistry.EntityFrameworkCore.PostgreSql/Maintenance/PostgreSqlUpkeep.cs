using System.Data;
using McpRegistry.EntityFrameworkCore.Maintenance;
using McpRegistry.Maintenance;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Maintenance;

internal sealed class PostgreSqlUpkeep : IUpkeepDialect
{
    // The first bytes of "mcpregis" and "keep", apart from the lock of the migrations and those of the views.
    private const string Lock = "SELECT pg_try_advisory_lock(1835233394, 1801807216)";

    private const string Unlock = "SELECT pg_advisory_unlock(1835233394, 1801807216)";

    private const string IsRecent =
        """
        SELECT coalesce(bool_and(last_analyze > now() - {0}), false)
        FROM pg_stat_user_tables WHERE schemaname = current_schema() AND relname = ANY({1})
        """;

    private const string Indexes =
        """
        SELECT s.schemaname, s.relname, s.indexrelname, pg_relation_size(s.indexrelid), s.idx_scan, s.idx_tup_read, s.idx_tup_fetch
        FROM pg_stat_user_indexes s
        JOIN pg_index i ON i.indexrelid = s.indexrelid
        WHERE s.schemaname = current_schema() AND s.relname = ANY({0})
          AND NOT i.indisunique AND NOT i.indisprimary AND NOT i.indisexclusion
        ORDER BY s.idx_scan, pg_relation_size(s.indexrelid) DESC, s.relname, s.indexrelname
        """;

    public async Task<DatabaseUpkeepOutcome> OptimizeAsync(
        RegistryDatabaseTables tables, TimeSpan unlessWithin, TimeProvider time, CancellationToken cancellationToken)
    {
        var context = await tables.Database.OpenWriteAsync(cancellationToken).ConfigureAwait(false);
        await using var contextScope = context.ConfigureAwait(false);

        // One connection from lock to unlock: the lock belongs to it, and VACUUM cannot run in a transaction that would hold one.
        await context.Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        if (await context.ReadValueAsync(Lock, cancellationToken).ConfigureAwait(false) is not true)
        {
            return DatabaseUpkeepOutcome.Busy;
        }

        try
        {
            if (unlessWithin > TimeSpan.Zero
                && await context.ReadValueAsync(IsRecent, cancellationToken, unlessWithin, tables.Names).ConfigureAwait(false) is true)
            {
                return DatabaseUpkeepOutcome.Recent;
            }

            foreach (var table in tables.Names)
            {
                await context.ExecuteAsync($"VACUUM (ANALYZE) \"{table}\"", cancellationToken).ConfigureAwait(false);
            }

            return DatabaseUpkeepOutcome.Success;
        }
        finally
        {
            // A connection that broke has given its lock back.
            if (context.Database.GetDbConnection().State == ConnectionState.Open)
            {
                await context.ExecuteAsync(Unlock, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    public async Task<IReadOnlyList<IndexUsage>> ListIndexUsageAsync(RegistryDatabaseTables tables, CancellationToken cancellationToken)
    {
        // Where the writes go: a copy for reading has counters of its own.
        var context = await tables.Database.OpenWriteAsync(cancellationToken).ConfigureAwait(false);
        await using var contextScope = context.ConfigureAwait(false);
        return await context
            .ReadRowsAsync(
                Indexes,
                row => new IndexUsage
                {
                    Schema = row.GetString(0),
                    Table = row.GetString(1),
                    Index = row.GetString(2),
                    SizeBytes = row.GetInt64(3),
                    Scans = row.GetInt64(4),
                    TuplesRead = row.GetInt64(5),
                    TuplesFetched = row.GetInt64(6),
                },
                cancellationToken,
                (object)tables.Names)
            .ConfigureAwait(false);
    }
}
