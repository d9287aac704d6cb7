using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Maintenance;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Maintenance;

public sealed class DatabaseUpkeepTests(PostgreSqlServer server) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Optimize_PostgreSql_AnalysesEveryTableOfTheRegistryAndNoOther()
    {
        await using var host = await StartAsync(postgreSql: true);
        await host.ExecuteAsync("CREATE TABLE theirs (id int)");

        Assert.Equal(DatabaseUpkeepOutcome.Success, await host.Upkeep.OptimizeAsync(TimeSpan.Zero, Cancellation));

        var missing = await host.QueryAsync<string>(
            $"SELECT relname::text AS \"Value\" FROM pg_stat_user_tables WHERE last_analyze IS NULL OR last_vacuum IS NULL ORDER BY 1");
        Assert.Equal(["registry_migrations", "theirs"], missing);
    }

    [Fact]
    public async Task Optimize_OtherReplicaDidIt_IsRecentUntilAskedForInAnyCase()
    {
        var connectionString = await server.NewDatabaseAsync();
        await using var first = await MaintenanceHost.StartAsync(builder => builder.UsePostgreSql(connectionString));
        await using var second = await MaintenanceHost.StartAsync(builder => builder.UsePostgreSql(connectionString));

        Assert.Equal(DatabaseUpkeepOutcome.Success, await first.Upkeep.OptimizeAsync(TimeSpan.FromHours(12), Cancellation));
        Assert.Equal(DatabaseUpkeepOutcome.Recent, await second.Upkeep.OptimizeAsync(TimeSpan.FromHours(12), Cancellation));
        Assert.Equal(DatabaseUpkeepOutcome.Success, await second.Upkeep.OptimizeAsync(TimeSpan.Zero, Cancellation));
    }

    [Fact]
    public async Task Optimize_OtherReplicaIsAtIt_IsBusyAndFreeAfterwards()
    {
        await using var host = await StartAsync(postgreSql: true);
        var inside = DatabaseUpkeepOutcome.NotSupported;
        var asked = false;
        host.Commands.AfterCommand = command =>
        {
            if (!asked && command.Contains("VACUUM", StringComparison.Ordinal))
            {
                asked = true;
                inside = Task.Run(async () => await host.Upkeep.OptimizeAsync(TimeSpan.Zero, Cancellation)).GetAwaiter().GetResult();
            }
        };

        Assert.Equal(DatabaseUpkeepOutcome.Success, await host.Upkeep.OptimizeAsync(TimeSpan.Zero, Cancellation));

        Assert.Equal(DatabaseUpkeepOutcome.Busy, inside);
        Assert.Equal(DatabaseUpkeepOutcome.Success, await host.Upkeep.OptimizeAsync(TimeSpan.Zero, Cancellation));
    }

    [Fact]
    public async Task Optimize_Cancelled_GivesTheLockBack()
    {
        await using var host = await StartAsync(postgreSql: true);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        host.Commands.AfterCommand = command =>
        {
            if (command.Contains("VACUUM", StringComparison.Ordinal))
            {
                stop.Cancel();
            }
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await host.Upkeep.OptimizeAsync(TimeSpan.Zero, stop.Token));

        host.Commands.AfterCommand = null;
        Assert.Equal(DatabaseUpkeepOutcome.Success, await host.Upkeep.OptimizeAsync(TimeSpan.Zero, Cancellation));
    }

    [Fact]
    public async Task Optimize_Sqlite_GathersStatisticsAndFreesPages()
    {
        await using var host = await StartAsync(postgreSql: false);
        await host.AddRequestsAsync(500, TimeSpan.Zero);
        await host.ExecuteAsync("PRAGMA auto_vacuum = INCREMENTAL");
        await host.ExecuteAsync("VACUUM");
        await host.ExecuteAsync("DELETE FROM request_logs");
        await host.AddRequestsAsync(3, TimeSpan.Zero);
        Assert.NotEqual([0], await FreePagesAsync(host));

        Assert.Equal(DatabaseUpkeepOutcome.Success, await host.Upkeep.OptimizeAsync(TimeSpan.FromHours(1), Cancellation));

        Assert.Equal([0], await FreePagesAsync(host));
        Assert.Contains("request_logs", await host.QueryAsync<string>($"SELECT DISTINCT tbl AS \"Value\" FROM sqlite_stat1"));
        Assert.Equal(DatabaseUpkeepOutcome.Recent, await host.Upkeep.OptimizeAsync(TimeSpan.FromHours(1), Cancellation));
        host.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(DatabaseUpkeepOutcome.Success, await host.Upkeep.OptimizeAsync(TimeSpan.FromHours(1), Cancellation));
    }

    private static Task<List<long>> FreePagesAsync(MaintenanceHost host) =>
        host.QueryAsync<long>($"SELECT freelist_count AS \"Value\" FROM pragma_freelist_count");

    private Task<MaintenanceHost> StartAsync(bool postgreSql) => MaintenanceHost.StartAsync(postgreSql, server, _folder);
}
