using System.Diagnostics;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.TestSupport.Processes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

/// <summary>Applies what eng/migration-script.sh writes; the tool that generates the script asks the same service.</summary>
public sealed class MigrationScriptTests(PostgreSqlServer server, PostgreSqlStorage storage) : IClassFixture<PostgreSqlStorage>, IDisposable
{
    private const string IndexIds =
        """SELECT string_agg(relname || relfilenode, ' ' ORDER BY relname) AS "Value" FROM pg_class WHERE relname LIKE 'idx\_%'""";

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Script_TwiceOnEmptyPostgreSql_MakesTheMigratedSchemaOnce()
    {
        await using var migrated = await OpenAsync(storage.Services);
        var script = await WriteScriptAsync(migrated.GetService<IMigrator>()
            .GenerateScript(options: MigrationsSqlGenerationOptions.Script | MigrationsSqlGenerationOptions.Idempotent));
        var connection = new NpgsqlConnectionStringBuilder(await server.NewDatabaseAsync());
        await PostgreSqlPrograms.RunAsync("createdb", "-h", connection.Host!, "-U", "postgres", connection.Database!);

        await ApplyAsync(connection, script);
        await using var host = await TestHost.StartAsync(
            builder => builder.UsePostgreSql(connection.ConnectionString, options => options.MigrateAtStart = false));
        await using var scripted = await OpenAsync(host.Services);
        var indexes = await ReadAsync(scripted, IndexIds);
        await ApplyAsync(connection, script);

        Assert.Empty(await scripted.Database.GetPendingMigrationsAsync(Cancellation));
        Assert.Equal(await ReadAsync(migrated, PostgreSqlMigrationTests.Query), await ReadAsync(scripted, PostgreSqlMigrationTests.Query));
        Assert.Equal(indexes, await ReadAsync(scripted, IndexIds));
    }

    private static Task<RegistryDbContext> OpenAsync(IServiceProvider services) =>
        services.GetRequiredService<RegistryDatabase>().OpenAsync(Cancellation);

    private static Task<List<string>> ReadAsync(RegistryDbContext context, string sql) =>
        context.Database.SqlQueryRaw<string>(sql).ToListAsync(Cancellation);

    private static Task ApplyAsync(NpgsqlConnectionStringBuilder connection, string script) => PostgreSqlPrograms.RunAsync(
        "psql", "-X", "-q", "-h", connection.Host!, "-U", "postgres", "-d", connection.Database!, "-f", script);

    private async Task<string> WriteScriptAsync(string generated)
    {
        var source = _folder.Combine("generated.sql");
        await File.WriteAllTextAsync(source, generated, Cancellation);
        using var process = Process.Start(new ProcessStartInfo("awk", ["-f", RepositoryPaths.At("eng", "migration-script.awk"), source])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        var text = await process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal(0, process.ExitCode);

        // Into the server's folder, since the server's user reads it.
        var script = Path.Combine(new NpgsqlConnectionStringBuilder(await server.NewDatabaseAsync()).Host!, "script.sql");
        await File.WriteAllTextAsync(script, text, Cancellation);
        return script;
    }
}
