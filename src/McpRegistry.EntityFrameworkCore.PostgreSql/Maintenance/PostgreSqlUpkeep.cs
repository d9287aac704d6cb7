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
}
