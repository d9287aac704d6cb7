using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Storage.Conformance;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

/// <summary>Runs on both databases; <paramref name="schemaQuery"/> returns one line for each object of the schema.</summary>
public abstract class MigrationTests(StorageFixture storage, string schemaQuery)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migrate_UpDownUp_LeavesNothingAndThenTheSameSchema()
    {
        await using var host = await storage.OpenEmptyAsync();
        await using var context = await OpenAsync(host);
        var migrator = context.GetService<IMigrator>();
        var up = await ReadSchemaAsync(context);

        await migrator.MigrateAsync(Migration.InitialDatabase, Cancellation);
        var down = await ReadSchemaAsync(context);
        await migrator.MigrateAsync(targetMigration: null, Cancellation);

        Assert.Contains(up, line => line.Contains("mcp_servers", StringComparison.Ordinal));
        Assert.Empty(down);
        Assert.Equal(up, await ReadSchemaAsync(context));
    }

    [Fact]
    public async Task Model_AgainstLastMigration_HasNoPendingChanges()
    {
        await using var context = await OpenAsync(storage.Services);

        Assert.False(context.Database.HasPendingModelChanges(), "Run eng/add-migration.sh NAME.");
    }

    [Fact]
    public async Task Schema_Names_AreLowerSnakeCase()
    {
        await using var context = await OpenAsync(storage.Services);
        var names = context.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()
            .Select(property => property.GetColumnName())
            .Append(entity.GetTableName()!)
            .Concat(entity.GetIndexes().Select(index => index.GetDatabaseName()!))
            .Concat(entity.GetKeys().Select(key => key.GetName()!))
            .Concat(entity.GetForeignKeys().Select(key => key.GetConstraintName()!)));

        Assert.All(names, name => Assert.Matches("^[a-z][a-z0-9_]*$", name));
    }

    [Fact]
    public async Task UniqueKeys_OfTenantRows_HoldTheTenant()
    {
        await using var context = await OpenAsync(storage.Services);
        var keys = context.Model.GetEntityTypes()
            .Where(entity => entity.FindProperty("TenantId") is not null)
            .SelectMany(entity => entity.GetIndexes().Where(index => index.IsUnique))
            .Where(index => index.GetDatabaseName() != "ux_api_keys_lookup_id");

        Assert.All(keys, index => Assert.Contains(index.Properties, property => property.GetColumnName() == "tenant_id"));
    }

    [Fact]
    public async Task Initialize_Again_ChangesNothing()
    {
        await using var host = await storage.OpenEmptyAsync();
        await using var context = await OpenAsync(host);
        var schema = await ReadSchemaAsync(context);

        await host.Services.GetRequiredService<McpRegistry.Storage.IStorageInitializer>().InitializeAsync(Cancellation);

        Assert.Equal(schema, await ReadSchemaAsync(context));
    }

    private static Task<RegistryDbContext> OpenAsync(IEmptyStorage host) => OpenAsync(host.Services);

    private static Task<RegistryDbContext> OpenAsync(IServiceProvider services) =>
        services.GetRequiredService<RegistryDatabase>().OpenAsync(Cancellation);

    private Task<List<string>> ReadSchemaAsync(RegistryDbContext context) =>
        context.Database.SqlQueryRaw<string>(schemaQuery).ToListAsync(Cancellation);
}

public sealed class SqliteMigrationTests(SqliteStorage storage) : MigrationTests(storage, Query), IClassFixture<SqliteStorage>
{
    private const string Query =
        """
        SELECT name || ' ' || coalesce(sql, '') AS "Value" FROM sqlite_master
        WHERE tbl_name NOT IN ('registry_migrations', '__EFMigrationsLock') ORDER BY name
        """;
}

public sealed class PostgreSqlMigrationTests(PostgreSqlStorage storage) : MigrationTests(storage, Query), IClassFixture<PostgreSqlStorage>
{
    internal const string Query =
        """
        SELECT line AS "Value" FROM (
            SELECT concat_ws(' ', table_name, column_name, data_type, collation_name, is_nullable, column_default) AS line
            FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'registry_migrations'
            UNION ALL
            SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'registry_migrations'
            UNION ALL
            SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace AND conrelid <> 'registry_migrations'::regclass
            UNION ALL
            SELECT pg_get_functiondef(oid) FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace
                AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e')
            UNION ALL
            SELECT viewname || ' ' || definition FROM pg_views WHERE schemaname = 'public'
            UNION ALL
            SELECT 'invalid ' || indexrelid::regclass FROM pg_index WHERE NOT indisvalid
        ) AS lines ORDER BY line
        """;
}
