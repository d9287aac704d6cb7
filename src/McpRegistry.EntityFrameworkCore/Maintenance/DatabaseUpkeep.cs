using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Maintenance;

namespace McpRegistry.EntityFrameworkCore.Maintenance;

internal sealed class DatabaseUpkeep(RegistryDatabase database, TimeProvider time) : IDatabaseUpkeep
{
    public async ValueTask<DatabaseUpkeepOutcome> OptimizeAsync(TimeSpan unlessWithin, CancellationToken cancellationToken)
    {
        var tables = await database
            .ReadAsync(
                (context, _) => Task.FromResult(new RegistryDatabaseTables(database, RegistryDatabaseTables.NamesOf(context.Model))),
                cancellationToken)
            .ConfigureAwait(false);
        return await database.Provider.Upkeep.OptimizeAsync(tables, unlessWithin, time, cancellationToken).ConfigureAwait(false);
    }
}
