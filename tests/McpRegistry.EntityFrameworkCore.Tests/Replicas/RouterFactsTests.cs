using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Maintenance;
using McpRegistry.Resilience;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Storage;
using McpRegistry.Storage.Conformance;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using McpRegistry.TestSupport.Upstreams;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Replicas;

/// <summary>What replicas tell each other of the servers, in a real database. The rounds of the writer are those of the tests, but where the clock is what is tested.</summary>
public sealed class RouterFactsTests(PostgreSqlServer server) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _clock = new();
    private ScriptedUpstream? _upstream;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _upstream = await ScriptedUpstream.StartAsync(UpstreamOptions.Modern, Cancellation);

    public async ValueTask DisposeAsync()
    {
        await _upstream!.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Write_ServerIsBusy_TellsWhatIsKnown(bool postgreSql)
    {
        await using var host = await StartAsync(postgreSql, places: "1");
        var entry = await host.AddAsync("a", _upstream!.Url, Cancellation);
        var (gate, load) = (entry.Connections.Gate!, entry.Connections.Endpoints[0].Load);
        Assert.True(gate.TryEnter());
        var first = gate.EnterAsync(CallPriority.Normal, gate.Dismissals, Cancellation).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(2));
        gate.Leave();
        Assert.Equal(GateOutcome.Entered, await first);
        var second = gate.EnterAsync(CallPriority.Normal, gate.Dismissals, Cancellation).AsTask();
        load.Begin();
        load.Note(failed: false, TimeSpan.FromMilliseconds(20));
        load.Note(failed: true, TimeSpan.FromMilliseconds(40));
        var connected = (await DescribeAsync(host, entry)).Pools[0].LastHealthCheck;

        Assert.Equal(1, await host.Get<ChangedFacts>().WriteAsync(Cancellation));

        var queue = Assert.Single(await host.Get<IRequestQueueStore>().ListAsync(TenantId.Global, entry.Server.Id, Cancellation));
        Assert.Equal(
            new RequestQueueSnapshot
            {
                ServerId = entry.Server.Id,
                Instance = "one",
                SeenAt = _clock.GetUtcNow(),
                MaxSize = 1_000,
                ProcessingTimeout = TimeSpan.FromMinutes(10),
                PriorityLevels = 3,
                CurrentSize = 1,
                ProcessingCount = 1,
                IsAccepting = true,
                LastProcessed = _clock.GetUtcNow(),
                TotalEnqueued = 2,
                TotalProcessed = 2,
                TotalTimeouts = 0,
                TotalErrors = 1,
                AverageProcessingMilliseconds = 20,
                AverageWaitMilliseconds = 2_000,
            },
            queue);
        var pool = Assert.Single(await host.Get<IConnectionPoolStore>().ListAsync(TenantId.Global, entry.Server.Id, Cancellation));
        Assert.Equal(
            new ConnectionPoolSnapshot
            {
                ServerId = entry.Server.Id,
                EndpointId = entry.Server.Endpoints[0].Id,
                Instance = "one",
                SeenAt = _clock.GetUtcNow(),
                Transport = TransportKind.StreamableHttp,
                MaxSize = 1_001,
                MinSize = 1,
                AcquireTimeout = TimeSpan.FromSeconds(30),
                IdleTimeout = TimeSpan.FromMinutes(10),
                ActiveConnections = 1,
                IsHealthy = true,
                LastHealthCheck = connected,
                ConnectionsCreated = 1,
                AverageConnectMilliseconds = 0,
            },
            pool);
        Assert.NotNull(connected);
        gate.Leave();
        Assert.Equal(GateOutcome.Entered, await second);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Write_NothingChanged_WritesNothingUntilOthersWouldTakeItForGone(bool postgreSql)
    {
        await using var host = await StartAsync(postgreSql);
        var entry = await host.AddAsync("a", _upstream!.Url, Cancellation);
        await AddDisabledAsync(host);
        var facts = host.Get<ChangedFacts>();
        Assert.Equal(1, await facts.WriteAsync(Cancellation));
        var written = _clock.GetUtcNow();

        _clock.Advance(TimeSpan.FromSeconds(199));
        Assert.Equal(0, await facts.WriteAsync(Cancellation));
        Assert.Equal(written, await SeenAsync(host, entry));

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await facts.WriteAsync(Cancellation));
        Assert.Equal(_clock.GetUtcNow(), await SeenAsync(host, entry));

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(entry.Connections.Gate!.TryEnter());
        Assert.Equal(1, await facts.WriteAsync(Cancellation));
        Assert.Equal(_clock.GetUtcNow(), await SeenAsync(host, entry));
        Assert.Equal(0, await facts.WriteAsync(Cancellation));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Housekeeping_ReplicaIsGone_ForgetsWhatItTold(bool postgreSql)
    {
        await using var host = await StartAsync(postgreSql);
        var entry = await host.AddAsync("a", _upstream!.Url, Cancellation);
        var (queues, pools) = (host.Get<IRequestQueueStore>(), host.Get<IConnectionPoolStore>());
        var work = host.Get<DueWork>();
        await SaveAsync("gone");
        _clock.Advance(TimeSpan.FromMinutes(9));
        await SaveAsync("quiet");
        _clock.Advance(TimeSpan.FromMinutes(1) + TimeSpan.FromSeconds(1));

        // Whoever deletes it, it is not shown until then.
        var shown = Replicas(await host.GetAsync(host.Http, "/api/v1/router/metrics?replicas=all", Cancellation));
        Assert.Equal("quiet", Assert.Single(shown.EnumerateArray()).GetProperty("instance").GetString());
        await work.RunAsync(Cancellation);

        Assert.Equal("quiet", Assert.Single(await queues.ListAsync(TenantId.Global, entry.Server.Id, Cancellation)).Instance);
        Assert.Equal("quiet", Assert.Single(await pools.ListAsync(TenantId.Global, entry.Server.Id, Cancellation)).Instance);

        async Task SaveAsync(string instance)
        {
            var seen = host.Get<RouterFacts>().Describe(entry, _clock.GetUtcNow())!;
            await queues.SaveAsync(TenantId.Global, [seen.Queue with { Instance = instance }], Cancellation);
            await pools.SaveAsync(TenantId.Global, [seen.Pools[0] with { Instance = instance }], Cancellation);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Writer_TimePasses_WritesByItself(bool postgreSql)
    {
        await using var host = await StartAsync(postgreSql, interval: "00:00:15");
        var entry = await host.AddAsync("a", _upstream!.Url, Cancellation);

        await Patience.UntilAsync(
            async () => (await host.Get<IConnectionPoolStore>().ListAsync(TenantId.Global, entry.Server.Id, Cancellation)).Count == 1,
            "the writer has written",
            Cancellation,
            () => _clock.Advance(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task Write_StoreIsAway_WritesAllOfItOnceItIsBack()
    {
        await using var host = await StartAsync(postgreSql: false);
        var entry = await host.AddAsync("a", _upstream!.Url, Cancellation);
        var facts = host.Get<ChangedFacts>();
        await ExecuteAsync(host, "ALTER TABLE connection_pools RENAME TO away");
        await Assert.ThrowsAnyAsync<Exception>(async () => await facts.WriteAsync(Cancellation));
        await Assert.ThrowsAnyAsync<Exception>(async () => await facts.WriteAsync(Cancellation));

        await ExecuteAsync(host, "ALTER TABLE away RENAME TO connection_pools");
        Assert.Equal(1, await facts.WriteAsync(Cancellation));
        Assert.Single(await host.Get<IConnectionPoolStore>().ListAsync(TenantId.Global, entry.Server.Id, Cancellation));
        Assert.Equal(0, await facts.WriteAsync(Cancellation));
    }

    [Fact]
    public async Task Metrics_OfTwoHostsOnOneDatabase_ShowWhatTheOtherSees()
    {
        var connectionString = await server.NewDatabaseAsync();
        await using var one = await StartAsync("one");
        await using var two = await StartAsync("two");
        var entry = await one.AddAsync("a", _upstream!.Url, Cancellation);
        await two.WaitAsync(entry.Server.Id, Cancellation);
        Assert.True(entry.Connections.Gate!.TryEnter());
        Assert.True(entry.Connections.Gate!.TryEnter());

        var shown = default(JsonElement);
        await Patience.UntilAsync(
            async () => (shown = Replicas(await two.GetAsync(two.Http, "/api/v1/router/metrics?replicas=all", Cancellation))).GetArrayLength() == 1
                && shown[0].GetProperty("queue").GetProperty("running").GetInt32() == 2,
            "the other host shows it",
            Cancellation);

        Assert.Equal("one", shown[0].GetProperty("instance").GetString());
        Assert.InRange(shown[0].GetProperty("seenAt").GetDateTimeOffset(), TimeProvider.System.GetUtcNow().AddMinutes(-5), TimeProvider.System.GetUtcNow());
        var pool = Assert.Single(shown[0].GetProperty("pools").EnumerateArray());
        Assert.Equal((entry.Server.Endpoints[0].Id, true, 1, 0L), (
            pool.GetProperty("endpoint").GetGuid(), pool.GetProperty("isHealthy").GetBoolean(), pool.GetProperty("opened").GetInt32(), pool.GetProperty("errors").GetInt64()));
        await Patience.UntilAsync(
            async () => Replicas(await one.GetAsync(one.Http, "/api/v1/router/metrics?replicas=all", Cancellation)) is var ofTwo
                && ofTwo.GetArrayLength() == 1 && ofTwo[0].GetProperty("instance").GetString() == "two",
            "the first host shows the other",
            Cancellation);

        var plain = await two.GetAsync(two.Http, "/api/v1/router/metrics", Cancellation);
        Assert.False(plain.TryGetProperty("instance", out _));
        Assert.False(plain.GetProperty("servers")[0].TryGetProperty("replicas", out _));
        using var stranger = await AddTenantAsync(two);
        var foreign = await two.GetAsync(stranger, "/api/v1/router/metrics?replicas=all", Cancellation);
        Assert.Equal("""{"servers":[],"instance":"two"}""", foreign.GetRawText());

        Task<GatewayReplica> StartAsync(string name) =>
            GatewayReplica.StartAsync(name, builder => builder.UsePostgreSql(connectionString), null, Cancellation, ("RouterFacts:Interval", "00:00:01"));
    }

    private static JsonElement Replicas(JsonElement metrics) => metrics.GetProperty("servers")[0].GetProperty("replicas");

    private static Task<ServerFacts> DescribeAsync(GatewayReplica host, ServerEntry entry) =>
        Task.FromResult(host.Get<RouterFacts>().Describe(entry, DateTimeOffset.UnixEpoch)!);

    private static async Task<DateTimeOffset> SeenAsync(GatewayReplica host, ServerEntry entry)
    {
        var queue = Assert.Single(await host.Get<IRequestQueueStore>().ListAsync(TenantId.Global, entry.Server.Id, Cancellation));
        var pool = Assert.Single(await host.Get<IConnectionPoolStore>().ListAsync(TenantId.Global, entry.Server.Id, Cancellation));
        Assert.Equal(queue.SeenAt, pool.SeenAt);
        return pool.SeenAt;
    }

    private static async Task AddDisabledAsync(GatewayReplica host)
    {
        var added = await host.Get<IServerStore>().AddAsync(TenantId.Global, Sample.Server(TenantId.Global) with { Enabled = false }, null, Cancellation);
        await Patience.UntilAsync(() => host.Get<RegistrySnapshots>().Current.Servers.ContainsKey(added.Value!.Id), "it is known", Cancellation);
    }

    private static async Task<HttpClient> AddTenantAsync(GatewayReplica host)
    {
        var tenant = new TenantId(Guid.CreateVersion7());
        var now = TimeProvider.System.GetUtcNow();
        await host.Get<ITenantStore>().AddAsync(new Tenant { Id = tenant, Slug = "other", Name = "Other", CreatedAt = now, UpdatedAt = now }, null, Cancellation);
        await Patience.UntilAsync(
            async () => host.Get<RegistryFollower>().State.Revision >= await host.Get<IRevisionStore>().GetAsync(Cancellation), "the tenant is known", Cancellation);
        var secret = ApiKeyFormat.Generate("test");
        var key = host.Get<ApiKeyComposer>().Compose(secret, "stranger", ApiKeyScope.Admin, null) with { Tenant = tenant };
        Assert.True((await host.Get<IApiKeyStore>().AddAsync(tenant, key, null, Cancellation)).Succeeded);
        return host.CreateHttp(secret);
    }

    private static async Task ExecuteAsync(GatewayReplica host, string sql)
    {
        await using var context = await host.Get<RegistryDatabase>().OpenAsync(Cancellation);
        await context.Database.ExecuteSqlRawAsync(sql, Cancellation);
    }

    /// <summary>Starts a host whose writer is off unless told, so that the test makes the rounds.</summary>
    private async Task<GatewayReplica> StartAsync(bool postgreSql, string interval = "00:00:00", string places = "1000")
    {
        var connectionString = postgreSql ? await server.NewDatabaseAsync() : $"Data Source={_folder.Combine("registry.db")}";
        return await GatewayReplica.StartAsync(
            "one",
            builder => _ = postgreSql ? builder.UsePostgreSql(connectionString) : builder.UseSqlite(connectionString),
            _clock,
            Cancellation,
            ("Housekeeping:Enabled", "false"),
            ("RouterFacts:Interval", interval),
            ("Resilience:Queue:MaxConcurrent", places));
    }
}
