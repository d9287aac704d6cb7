using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Maintenance;

namespace McpRegistry.EntityFrameworkCore.Maintenance;

internal sealed class DatabaseUpkeep(RegistryDatabase database, TimeProvider time) : IDatabaseUpkeep
{
    public async ValueTask<DatabaseUpkeepOutcome> OptimizeAsync(TimeSpan unlessWithin, CancellationToken cancellationToken)
    {
        var tables = await FindTablesAsync(cancellationToken).ConfigureAwait(false);
        return await database.Provider.Upkeep.OptimizeAsync(tables, unlessWithin, time, cancellationToken).ConfigureAwait(false);
    }

    private async Task<RegistryDatabaseTables> FindTablesAsync(CancellationToken cancellationToken)
    {
        var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (context.ConfigureAwait(false))
        {
            return new RegistryDatabaseTables(database, RegistryDatabaseTables.NamesOf(context.Model));
        }
    }
}
