using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Servers;
using McpRegistry.Storage;
using McpRegistry.Storage.Conformance;
using McpRegistry.Tenancy;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

public sealed class StorageMigratorTests(PostgreSqlServer server) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string SqliteFile => $"Data Source={_folder.Combine("registry.db")}";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Initialize_DatabaseIsDown_TriesWithGrowingWaitsAndThenFails()
    {
        var time = new InstantTimeProvider();

        await Assert.ThrowsAsync<NpgsqlException>(() => TestHost.StartAsync(builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(time);
            builder.UsePostgreSql($"Host={_folder.Combine("nobody")};Username=x;Database=x", options =>
            {
                options.ConnectAttempts = 5;
                options.FirstDelay = TimeSpan.FromSeconds(1);
                options.LongestDelay = TimeSpan.FromSeconds(3);
            });
        }));

        Assert.Equal([1, 2, 3, 3], time.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task Initialize_SwitchedOffOnEmptyDatabase_LeavesItAloneAndFails()
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartAsync(
            builder => builder.UseSqlite(SqliteFile, options => options.MigrateAtStart = false)));

        Assert.Contains("table mcp_servers", exception.Message, StringComparison.Ordinal);
        await using var connection = new SqliteConnection(SqliteFile + ";Pooling=False");
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM sqlite_master";
        Assert.Equal(0L, await command.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task Initialize_OptionsOutOfRange_FailsWithEveryFault()
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => TestHost.StartAsync(
            builder => builder.UseSqlite(SqliteFile, options =>
            {
                options.ConnectAttempts = 0;
                options.FirstDelay = TimeSpan.FromHours(1);
            })));

        Assert.Equal(2, exception.Failures.Count());
    }

    [Fact]
    public async Task Initialize_SeveralReplicasOnNewPostgreSql_AllBecomeUsable() =>
        await AssertReplicasStartAsync(await server.NewDatabaseAsync(), (builder, connection) => builder.UsePostgreSql(connection));

    [Fact]
    public async Task Initialize_SeveralHostsOnNewSqliteFile_AllBecomeUsable() =>
        await AssertReplicasStartAsync(SqliteFile, (builder, connection) => builder.UseSqlite(connection));

    [Fact]
    public async Task Initialize_ProcessWasKilledWhileMigratingSqlite_StartsAgain()
    {
        await using (var connection = new SqliteConnection(SqliteFile + ";Pooling=False"))
        {
            await connection.OpenAsync(Cancellation);
            await using var command = connection.CreateCommand();
            command.CommandText =
                """
                CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01 00:00:00+00:00');
                """;
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        await AssertReplicasStartAsync(SqliteFile, (builder, connection) => builder.UseSqlite(connection))
            .WaitAsync(TimeSpan.FromMinutes(2), Cancellation);
    }

    private static async Task AssertReplicasStartAsync(string connection, Action<IMcpRegistryBuilder, string> use)
    {
        var hosts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            () => TestHost.StartAsync(builder => use(builder, connection)))));
        var tenant = new TenantId(Guid.CreateVersion7());
        foreach (var host in hosts)
        {
            var added = await host.Services.GetRequiredService<IServerStore>().AddAsync(tenant, Sample.Server(tenant), null, Cancellation);
            Assert.True(added.Succeeded);
        }

        Assert.Equal(4, await hosts[0].Services.GetRequiredService<IRevisionStore>().GetAsync(tenant, Cancellation));
        foreach (var host in hosts)
        {
            await host.DisposeAsync();
        }
    }
}
