using McpRegistry.EntityFrameworkCore;
using McpRegistry.EntityFrameworkCore.PostgreSql.Storage;
using McpRegistry.EntityFrameworkCore.Sqlite.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace McpRegistry.DesignTime;

/// <summary>Builds the model of the provider that follows <c>--</c> on the command line; no database is opened.</summary>
internal sealed class RegistryDbContextFactory : IDesignTimeDbContextFactory<RegistryDbContext>
{
    public RegistryDbContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<RegistryDbContext>();
        switch (args is [var provider, ..] ? provider : string.Empty)
        {
            case "Sqlite":
                SqliteDatabaseProvider.Configure(options, "Data Source=design-time.db");
                break;
            case "PostgreSql":
                PostgreSqlDatabaseProvider.Configure(options, "Host=localhost;Database=design_time");
                break;
            default:
                throw new ArgumentException("Name the provider: dotnet ef ... -- Sqlite, or -- PostgreSql.", nameof(args));
        }

        return new RegistryDbContext(options.Options);
    }
}
