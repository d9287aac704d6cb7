using McpRegistry.ApiKeys;
using McpRegistry.EntityFrameworkCore.PostgreSql.Storage;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Storage.Conformance;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

/// <summary>Pools that change their size while they are used, on a real server.</summary>
public sealed class PostgreSqlResizeTests(PostgreSqlServer server) : IAsyncLifetime
{
    private readonly TenantId _tenant = new(Guid.CreateVersion7());
    private string _connectionString = "";
    private TestHost? _host;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TestHost Host => _host ?? throw new InvalidOperationException("The test has not started.");

    private PostgreSqlPools Pools => ((PostgreSqlDatabaseProvider)Host.Services.GetRequiredService<IDatabaseProvider>()).Pools;

    public async ValueTask InitializeAsync()
    {
        _connectionString = await server.NewDatabaseAsync();
        _host = await TestHost.StartAsync(builder => builder.UsePostgreSql(_connectionString, connections: options =>
        {
            options.Read.Size = options.Write.Size = 4;
            options.Read.AcquireTimeout = options.Write.AcquireTimeout = TimeSpan.FromMinutes(1);
        }));
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    [Fact]
    public async Task Resize_TwentyTimesUnderLoad_NoCallFailsAndEveryOldSourceEnds()
    {
        const int Callers = 64;
        const int Resizes = 20;
        const int Largest = 8;
        var calls = 0;
        using var load = new CancellationTokenSource();
        var callers = Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            while (!load.IsCancellationRequested)
            {
                await WriteAndReadAsync();
                Interlocked.Increment(ref calls);
            }
        })).ToList();

        long most = 0;
        for (var i = 0; i < Resizes; i++)
        {
            await Pools[ConnectionUse.Read].ResizeAsync(1 + (i * 5 % Largest), Cancellation);
            await Pools[ConnectionUse.Write].ResizeAsync(Largest - (i * 3 % Largest), Cancellation);

            // Nobody else builds sources, so from here on there are at most these, and none is larger than the largest.
            var allowed = Pools.All.Sum(pool => pool.Generations) * Largest;
            most = Math.Max(most, await PostgreSqlSessions.CountAsync(_connectionString, Cancellation));
            await PostgreSqlSessions.WaitUntilAtMostAsync(_connectionString, allowed, Cancellation);
        }

        await load.CancelAsync();
        await Task.WhenAll(callers);

        TestContext.Current.TestOutputHelper?.WriteLine($"{calls} calls, {Resizes} resizes of each pool, {most} sessions at most");
        Assert.True(calls >= Callers);
        Assert.All(Pools.All, pool => Assert.Equal((1, 0), (pool.Generations, pool.InUse)));
        await PostgreSqlSessions.WaitUntilAtMostAsync(_connectionString, Pools.All.Sum(pool => pool.Size), Cancellation);
    }

    [Fact]
    public async Task Resize_ContextIsOpen_WorksOnUntilItEnds()
    {
        var pool = Pools[ConnectionUse.Read];
        await using (var context = await OpenAsync())
        {
            Assert.Empty(await context.Servers.ToListAsync(Cancellation));
            await pool.ResizeAsync(2, Cancellation);
            await pool.ResizeAsync(3, Cancellation);

            // Each query opens the connection anew, from the source that the pool has left.
            Assert.Empty(await context.Servers.ToListAsync(Cancellation));
            Assert.Equal(2, pool.Generations);
        }

        Assert.Equal((1, 3), (pool.Generations, pool.Size));
        await using var next = await OpenAsync();
        Assert.Empty(await next.Servers.ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Resize_Smaller_HoldsTheNewLimit()
    {
        var pool = Pools[ConnectionUse.Read];
        await pool.ResizeAsync(2, Cancellation);
        await using var first = await OpenAsync();
        await using var second = await OpenAsync();
        await using var third = await OpenAsync();
        await first.Database.OpenConnectionAsync(Cancellation);
        await second.Database.OpenConnectionAsync(Cancellation);

        var waiting = third.Database.OpenConnectionAsync(Cancellation);
        Assert.False(waiting.IsCompleted);
        Assert.Equal(2, pool.InUse);
        await first.Database.CloseConnectionAsync();

        await waiting;
        Assert.Equal(2, pool.InUse);
    }

    [Fact]
    public async Task Resize_ServerRefusesNewConnections_LeavesThePoolAsItWas()
    {
        var pool = Pools[ConnectionUse.Read];
        await WriteAndReadAsync();
        var admin = new NpgsqlConnectionStringBuilder(_connectionString) { Database = "postgres" }.ConnectionString;
        var name = new NpgsqlConnectionStringBuilder(_connectionString).Database;
        await PostgreSqlSessions.ReadAsync(admin, $"ALTER DATABASE {name} ALLOW_CONNECTIONS false", Cancellation);

        await Assert.ThrowsAsync<PostgresException>(() => pool.ResizeAsync(9, Cancellation));

        Assert.Equal((1, 4), (pool.Generations, pool.Size));
        await WriteAndReadAsync();
    }

    private Task<RegistryDbContext> OpenAsync() => Host.Services.GetRequiredService<RegistryDatabase>().OpenAsync(Cancellation);

    private async Task WriteAndReadAsync()
    {
        var keys = Host.Services.GetRequiredService<IApiKeyStore>();
        var key = Sample.Key(_tenant);
        Assert.True((await keys.AddAsync(_tenant, key, null, Cancellation)).Succeeded);
        Assert.NotNull(await keys.FindByLookupIdAsync(key.LookupId, Cancellation));
    }
}
