using McpRegistry.Maintenance;

namespace McpRegistry.EntityFrameworkCore.Maintenance;

/// <summary>Keeps one kind of database in shape.</summary>
internal interface IUpkeepDialect
{
    Task<DatabaseUpkeepOutcome> OptimizeAsync(
        RegistryDatabaseTables tables, TimeSpan unlessWithin, TimeProvider time, CancellationToken cancellationToken);
}
