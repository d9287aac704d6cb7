using System.Diagnostics.Metrics;
using McpRegistry.EntityFrameworkCore.PostgreSql.Storage;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.TestSupport;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

/// <summary>The monitor on a real server, with a clock that the test moves.</summary>
public sealed class PoolMonitorTests(PostgreSqlServer server) : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly TestMeters _meters = new();
    private readonly List<RegistryDbContext> _held = [];
    private TestHost? _host;
    private string _connectionString = "";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TestHost Host => _host ?? throw new InvalidOperationException("The test has not started.");

    private PostgreSqlDatabaseProvider Provider => (PostgreSqlDatabaseProvider)Host.Services.GetRequiredService<IDatabaseProvider>();

    private PostgreSqlPool Read => Provider.Pools[ConnectionUse.Read];

    public async ValueTask DisposeAsync()
    {
        foreach (var context in _held)
        {
            await context.DisposeAsync();
        }

        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _meters.Dispose();
    }

    [Fact]
    public async Task Sample_PoolIsFull_GrowsByFiveAndAgainAfterTheCoolDown()
    {
        await StartAsync(options => options.Read.Size = 2);
        await HoldAsync(2);

        await SampleAsync();
        Assert.Equal(7, Read.Size);

        await SampleAsync(after: TimeSpan.FromSeconds(299));
        Assert.Equal(7, Read.Size);

        await SampleAsync(after: TimeSpan.FromSeconds(1));
        Assert.Equal(12, Read.Size);
        Assert.Equal(2, Read.InUse);
    }

    [Fact]
    public async Task Sample_PoolIsIdle_ShrinksByTwoEveryTenMinutes()
    {
        await StartAsync(options => options.Read.Size = 8);

        await SampleAsync(after: TimeSpan.FromSeconds(599));
        Assert.Equal(8, Read.Size);
        await SampleAsync(after: TimeSpan.FromSeconds(1));
        Assert.Equal(6, Read.Size);
        await SampleAsync(after: TimeSpan.FromSeconds(599));
        Assert.Equal(6, Read.Size);
        await SampleAsync(after: TimeSpan.FromSeconds(1));
        Assert.Equal(5, Read.Size);
        await SampleAsync(after: TimeSpan.FromHours(1));
        Assert.Equal(5, Read.Size);
    }

    [Fact]
    public async Task Sample_ScalingIsOff_OnlyRecords()
    {
        await StartAsync(options =>
        {
            options.Read.Size = 2;
            options.Scaling.Enabled = false;
        });
        await HoldAsync(2);

        await SampleAsync();

        var report = Provider.ReportPools()[0];
        Assert.Equal(("read", 2, 2, 1.0, 1.0, 1), (report.Name, report.Size, report.InUse, report.AverageUtilisation, report.PeakUtilisation, report.Samples));
        Assert.True(report.AverageWait > TimeSpan.Zero);
    }

    [Fact]
    public async Task Sample_ServerHasFewConnectionsLeft_GrowsByThoseOnly()
    {
        await StartAsync(options =>
        {
            options.Read.Size = 2;
            options.Scaling.MaxSize = options.Scaling.GrowBy = 1000;
        });
        await HoldAsync(2);

        await SampleAsync();

        // The server of the tests accepts 200, and keeps 3 of them back.
        Assert.InRange(Read.Size, 3, 197);
    }

    [Fact]
    public async Task Sample_DatabaseHasReachedItsLimit_StaysAndTriesAgainAfterTheCoolDown()
    {
        await StartAsync(options => options.Read.Size = 2);
        await HoldAsync(2);
        await LimitAsync(2);

        await SampleAsync();
        Assert.Equal((2, 1), (Read.Size, Read.Generations));

        await LimitAsync(-1);
        await SampleAsync(after: TimeSpan.FromSeconds(299));
        Assert.Equal(2, Read.Size);
        await SampleAsync(after: TimeSpan.FromSeconds(1));
        Assert.Equal(7, Read.Size);
    }

    [Fact]
    public async Task Sample_ServerIsGone_LeavesThePoolAsItWas()
    {
        await StartAsync(options => options.Read.Size = 2);
        await HoldAsync(2);
        await AlterAsync("ALLOW_CONNECTIONS false");

        await SampleAsync();

        Assert.Equal((2, 1), (Read.Size, Read.Generations));
    }

    [Fact]
    public async Task Host_StartsAndStops_SamplesInBetween()
    {
        await StartAsync(null);
        var service = Assert.Single(Host.Services.GetServices<IHostedService>().OfType<PoolMonitorService>());
        await service.StartAsync(Cancellation);

        await AdvanceUntilAsync(samples: 1);
        await AdvanceUntilAsync(samples: 2);
        await service.StopAsync(Cancellation);
        _clock.Advance(TimeSpan.FromMinutes(5));

        Assert.All(Provider.ReportPools(), pool => Assert.Equal(2, pool.Samples));
    }

    [Fact]
    public async Task Host_AnotherStoreWasChosenLater_WatchesNothing()
    {
        var asked = false;
        await using var host = await TestHost.StartAsync(builder =>
            builder.UsePostgreSql("Host=nowhere", connections: _ => asked = true).UseInMemory());
        var service = Assert.Single(host.Services.GetServices<IHostedService>());

        await service.StartAsync(Cancellation);
        await service.StopAsync(Cancellation);

        Assert.False(asked);
    }

    [Fact]
    public async Task Metrics_PoolGrows_TellSizeUseWaitsAndResizesByPool()
    {
        await StartAsync(options => options.Read.Size = 2);
        await HoldAsync(2);
        await SampleAsync();
        _meters.Measurements.Clear();
        await HoldAsync(1);
        _clock.Advance(TimeSpan.FromMinutes(5));
        await Provider.Monitor.SampleAsync(Cancellation);
        _meters.Observe();

        Assert.Contains(("mcp_registry.storage.pool.size", "pool=read", 12.0), _meters.Measurements);
        Assert.Contains(("mcp_registry.storage.pool.in_use", "pool=read", 3.0), _meters.Measurements);
        Assert.Contains(("mcp_registry.storage.pool.in_use", "pool=write", 0.0), _meters.Measurements);
        Assert.Contains(("mcp_registry.storage.pool.resizes", "pool=read", 1.0), _meters.Measurements);
        Assert.Single(_meters.Measurements, x => x is { Instrument: "mcp_registry.storage.pool.wait", Tags: "pool=read", Value: > 0 });
        Assert.Equal(
            [
                ("mcp_registry.storage.pool.in_use", "{connection}"),
                ("mcp_registry.storage.pool.resizes", "{resize}"),
                ("mcp_registry.storage.pool.size", "{connection}"),
                ("mcp_registry.storage.pool.wait", "s"),
            ],
            _meters.Units.Select(x => (x.Key, x.Value)).OrderBy(x => x.Key, StringComparer.Ordinal));
    }

    private async Task StartAsync(Action<PostgreSqlConnectionOptions>? connections)
    {
        _connectionString = await server.NewDatabaseAsync();
        _host = await TestHost.StartAsync(builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(_clock).AddSingleton<IMeterFactory>(_meters);
            builder.UsePostgreSql(_connectionString, connections: connections);
        });
    }

    private async Task HoldAsync(int connections)
    {
        for (var i = 0; i < connections; i++)
        {
            var context = await Host.Services.GetRequiredService<RegistryDatabase>().OpenAsync(Cancellation);
            _held.Add(context);
            await context.Database.OpenConnectionAsync(Cancellation);
        }
    }

    private Task SampleAsync(TimeSpan after = default)
    {
        _clock.Advance(after);
        return Provider.Monitor.SampleAsync(Cancellation);
    }

    private Task LimitAsync(int connections) => AlterAsync($"CONNECTION LIMIT {connections}");

    private async Task AlterAsync(string change)
    {
        var database = new NpgsqlConnectionStringBuilder(_connectionString).Database;
        var admin = new NpgsqlConnectionStringBuilder(_connectionString) { Database = "postgres" }.ConnectionString;
        await PostgreSqlSessions.ReadAsync(admin, $"ALTER DATABASE {database} {change}", Cancellation);
    }

    /// <summary>The loop runs on its own, so its sample is looked for until it is there.</summary>
    private async Task AdvanceUntilAsync(int samples)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        _clock.Advance(TimeSpan.FromSeconds(30));
        while (Provider.ReportPools().Any(pool => pool.Samples < samples))
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
