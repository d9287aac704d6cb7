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

/// <summary>The pools of a PostgreSQL store on a real server.</summary>
public sealed class PostgreSqlPoolTests(PostgreSqlServer server) : IAsyncLifetime
{
    private readonly TenantId _tenant = new(Guid.CreateVersion7());
    private string _connectionString = "";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _connectionString = await server.NewDatabaseAsync();

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task Open_EachUseAgainAndAgain_GetsTheSessionsOfItsPool()
    {
        await using var host = await StartAsync(null);

        for (var i = 0; i < 3; i++)
        {
            await AssertSessionAsync(host, ConnectionUse.Read, "McpRegistry read", "off", "0");
            await AssertSessionAsync(host, ConnectionUse.Write, "McpRegistry write", "off", "0");
            await AssertSessionAsync(host, ConnectionUse.Analytics, "McpRegistry analytics", "on", "5min");
            await ResizeAllAsync(host, 3);
        }
    }

    [Fact]
    public async Task Open_OnePoolForAll_IsSharedAndLongQueriesKeepTheirTime()
    {
        await using var host = await StartAsync(options =>
        {
            options.Shared = new PostgreSqlPoolOptions { Size = 4 };
            options.Analytics.CommandTimeout = TimeSpan.FromMinutes(7);
        });

        foreach (var use in Enum.GetValues<ConnectionUse>())
        {
            await AssertSessionAsync(host, use, "McpRegistry", "off", "0");
            await using var context = await OpenAsync(host, use);
            Assert.Equal(use == ConnectionUse.Analytics ? 420 : null, context.Database.GetCommandTimeout());
        }

        Assert.Equal("shared", Assert.Single(Pools(host).All).Name);
    }

    [Fact]
    public async Task Open_TransactionPoolerInBetween_KeepsNothingInTheSession()
    {
        await using var host = await StartAsync(options => options.TransactionPooler = true);

        await AssertSessionAsync(host, ConnectionUse.Read, "McpRegistry read", "on", "0");
        await AssertSessionAsync(host, ConnectionUse.Analytics, "McpRegistry analytics", "on", "0");
        Assert.Equal(0, await CountPreparedAsync(host));
    }

    [Fact]
    public async Task Open_SameQueryAgain_IsPreparedOnTheServer()
    {
        await using var host = await StartAsync(null);

        Assert.True(await CountPreparedAsync(host) > 0);
    }

    [Fact]
    public async Task Open_AnalyticsHasADatabaseOfItsOwn_AsksThatOne()
    {
        var replica = await server.NewDatabaseAsync();
        await using var other = await TestHost.StartAsync(builder => builder.UsePostgreSql(replica));
        await using var host = await StartAsync(options => options.AnalyticsConnectionString = replica);

        await using var analytics = await OpenAsync(host, ConnectionUse.Analytics);
        await using var read = await OpenAsync(host, ConnectionUse.Read);

        Assert.Equal(new NpgsqlConnectionStringBuilder(replica).Database, await ReadAsync(analytics, "SELECT current_database()::text AS \"Value\""));
        Assert.NotEqual(new NpgsqlConnectionStringBuilder(replica).Database, await ReadAsync(read, "SELECT current_database()::text AS \"Value\""));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReadAndWrite_ManyMoreCallersThanConnections_NobodyWaitsForEver(bool shared)
    {
        await using var host = await StartAsync(options =>
        {
            options.Shared = shared ? new PostgreSqlPoolOptions { Size = 1 } : null;
            options.Read.Size = options.Write.Size = options.Analytics.Size = 1;
        });

        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => WriteAndReadAsync(host))));

        Assert.All(Pools(host).All, pool => Assert.Equal(0, pool.InUse));
    }

    [Fact]
    public async Task InUse_ConnectionIsCutWhileOpen_IsCountedUntilTheContextEnds()
    {
        await using var host = await StartAsync(null);
        var pool = Pools(host)[ConnectionUse.Read];
        await using (var context = await OpenAsync(host, ConnectionUse.Read))
        {
            await context.Database.OpenConnectionAsync(Cancellation);
            Assert.Equal(1, pool.InUse);
            await PostgreSqlSessions.EndAllAsync(_connectionString, Cancellation);
            await Assert.ThrowsAnyAsync<Exception>(() => ReadAsync(context, "SELECT 'x' AS \"Value\""));
        }

        Assert.Equal(0, pool.InUse);
        await AssertSessionAsync(host, ConnectionUse.Read, "McpRegistry read", "off", "0");
    }

    private static PostgreSqlPools Pools(TestHost host) =>
        ((PostgreSqlDatabaseProvider)host.Services.GetRequiredService<IDatabaseProvider>()).Pools;

    private static async Task ResizeAllAsync(TestHost host, int size)
    {
        foreach (var pool in Pools(host).All)
        {
            await pool.ResizeAsync(size, Cancellation);
        }
    }

    private static Task<RegistryDbContext> OpenAsync(TestHost host, ConnectionUse use)
    {
        var database = host.Services.GetRequiredService<RegistryDatabase>();
        return use switch
        {
            ConnectionUse.Read => database.OpenAsync(Cancellation),
            ConnectionUse.Write => database.OpenWriteAsync(Cancellation),
            _ => database.OpenAnalyticsAsync(Cancellation),
        };
    }

    private static Task<string> ReadAsync(RegistryDbContext context, string sql) =>
        context.Database.SqlQueryRaw<string>(sql).SingleAsync(Cancellation);

    private static async Task AssertSessionAsync(TestHost host, ConnectionUse use, string application, string jit, string timeout)
    {
        await using var context = await OpenAsync(host, use);
        var session = await ReadAsync(
            context,
            "SELECT current_setting('application_name') || ',' || current_setting('jit') || ',' || current_setting('statement_timeout') AS \"Value\"");
        Assert.Equal($"{application},{jit},{timeout}", session);
    }

    private static async Task<int> CountPreparedAsync(TestHost host)
    {
        await using var context = await OpenAsync(host, ConnectionUse.Read);
        await context.Database.OpenConnectionAsync(Cancellation);
        for (var i = 0; i < 10; i++)
        {
            await context.Revisions.AsNoTracking().ToListAsync(Cancellation);
        }

        return await context.Database
            .SqlQueryRaw<int>("SELECT count(*)::int AS \"Value\" FROM pg_prepared_statements WHERE statement LIKE '%registry_revisions%'")
            .SingleAsync(Cancellation);
    }

    private async Task WriteAndReadAsync(TestHost host)
    {
        var keys = host.Services.GetRequiredService<IApiKeyStore>();
        var key = Sample.Key(_tenant);
        Assert.True((await keys.AddAsync(_tenant, key, null, Cancellation)).Succeeded);
        Assert.NotNull(await keys.FindByLookupIdAsync(key.LookupId, Cancellation));
    }

    private Task<TestHost> StartAsync(Action<PostgreSqlConnectionOptions>? connections) =>
        TestHost.StartAsync(builder => builder.UsePostgreSql(_connectionString, connections: connections));
}
