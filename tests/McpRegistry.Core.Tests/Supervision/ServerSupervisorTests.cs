using McpRegistry.Balancing;
using McpRegistry.Core.Tests.Balancing;
using McpRegistry.Core.Tests.Gateway.Caching;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Supervision;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Supervision;

public sealed partial class ServerSupervisorTests : IAsyncDisposable
{
    private static readonly UpstreamReply OneTool = FakeConnection.Result("""{"tools":[{"name":"t"}]}""");
    private readonly SignallingTimeProvider _clock = new();
    private readonly FakeConnector _connector = new();
    private readonly RegistrySnapshots _snapshots = new();
    private readonly DiscoveryStore _store = new();
    private readonly ServerSupervisor _supervisor;
    private readonly RegisteredServer _server = SampleServers.Of("a");

    public ServerSupervisorTests()
    {
        var options = Options.Create(new UpstreamOptions());
        var context = new SupervisionContext(
            new CapabilityDiscovery(options, _clock), _store, _snapshots, CacheSample.Cache(_snapshots, _clock), options, _clock, NullLogger<SupervisionContext>.Instance);
        _supervisor = new ServerSupervisor(context, _connector, _snapshots, _store, BalancingSample.Context(new BalancingOptions(), _clock), BalancingSample.Breakers(_clock), options, _clock);
    }

    public ValueTask DisposeAsync() => _supervisor.DisposeAsync();

    [Fact]
    public async Task SavedAsync_NewServer_IsConnectedAndRead()
    {
        await SaveAsync(new FakeConnection { Answers = static (_, _) => new(OneTool) });

        Assert.Equal("t", Assert.Single((await _store.NextAsync()).Items).Key);
        Assert.True(Entry!.IsServed);
        Assert.Equal("t", Assert.Single(Entry.Report!.Items).Key);
        Assert.Equal(ServerHealth.Healthy, _supervisor.GetCondition(TenantId.Global, _server.Id)!.Health);
        Assert.Null(_supervisor.GetCondition(new TenantId(new Guid(9, 0, 0, new byte[8])), _server.Id));
    }

    /// <summary>The old definition's report must not be shown as the new one's.</summary>
    [Fact]
    public async Task SavedAsync_ReplacedWhileReading_OldReportIsDropped()
    {
        var reading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new TaskCompletionSource<UpstreamReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        var old = new FakeConnection
        {
            Answers = (_, _) =>
            {
                reading.TrySetResult();
                return new(gate.Task);
            },
        };
        await SaveAsync(old);
        await reading.Task;

        await WriteAsync(_server with { Version = 2, Isolation = SessionIsolation.Shared });
        await _connector.NextAsync();
        gate.SetResult(OneTool);

        // The end of all waits for the reading of the old one, which has its answer by then.
        await _supervisor.DisposeAsync();

        Assert.Equal(2, Entry!.Server.Version);
        Assert.Null(Entry.Report);
        Assert.Equal(ServerHealth.Unknown, Entry.Condition.Health);
    }

    /// <summary>Whoever gets the connection can use it: reading the catalogue again may take long, and mostly finds what is known.</summary>
    [Fact]
    public async Task Return_OfALostServer_IsServedBeforeItWasReadAgain()
    {
        var connection = new FakeConnection { Answers = static (_, _) => new(OneTool) };
        await SaveAsync(connection);
        await _store.NextAsync();
        var returned = await LoseAsync(connection);

        Assert.Equal((ServerHealth.Unknown, true), (Entry!.Condition.Health, Entry.IsServed));
        Assert.Equal(FaultReasons.Pending, Entry.Condition.Fault!.Reason);
        await LoseAsync(returned);

        Assert.Equal((ServerHealth.Unhealthy, false), (Entry!.Condition.Health, Entry.IsServed));
    }

    /// <summary>What one client tells its own session must not reach that of the principal's others.</summary>
    [Theory]
    [InlineData(SessionIsolation.PerSession, 1)]
    [InlineData(SessionIsolation.PerPrincipal, 0)]
    public async Task AcquireOpenAsync_OnlySessionsThatAreTheClientsOwn(SessionIsolation isolation, int expected)
    {
        await StartAsync();
        await WriteAsync(_server with { Isolation = isolation });
        (await _connector.NextAsync()).SetResult(new FakeConnection { Answers = static (_, _) => new(OneTool) });
        await _store.NextAsync();
        var owner = new Owner("p", "s");
        var renting = Entry!.Connections.AcquireAsync(owner, CancellationToken.None).AsTask();
        (await _connector.NextAsync()).SetResult(new FakeConnection());
        using var lease = (await renting).Lease;

        var open = await Entry.Connections.AcquireOpenAsync(owner, CancellationToken.None);

        Assert.Equal(expected, open.Count);
        Assert.All(open, one => Assert.Same(lease!.Connection, one.Connection));
        foreach (var one in open)
        {
            one.Dispose();
        }
    }

    [Fact]
    public async Task DeletedAsync_WhileARefreshWaits_TellsIt()
    {
        await StartAsync();
        await WriteAsync(_server);
        await _connector.NextAsync();
        var refresh = _supervisor.RefreshAsync(TenantId.Global, _server.Id, CancellationToken.None).AsTask();
        var connections = Entry!.Connections;

        await _supervisor.DeletedAsync(TenantId.Global, _server.Id, CancellationToken.None);

        Assert.Equal(ServerHealth.Unhealthy, (await refresh)!.Health);
        Assert.Null(Entry);
        Assert.Equal(FaultReasons.Unreachable, (await connections.AcquireAsync(new Owner("p"), CancellationToken.None)).Fault!.Reason);
        Assert.Null(await _supervisor.RefreshAsync(TenantId.Global, _server.Id, CancellationToken.None));
    }

    [Fact]
    public async Task AcquireAsync_Isolation_DecidesWhoShares()
    {
        var main = new FakeConnection { Answers = static (_, _) => new(OneTool) };
        await SaveAsync(main);
        await main.Watched;
        var renting = Entry!.Connections.AcquireAsync(new Owner("p"), CancellationToken.None).AsTask();
        var own = new FakeConnection();
        (await _connector.NextAsync()).SetResult(own);
        using var lease = (await renting).Lease!;

        Assert.Same(own, lease.Connection);
    }

    [Fact]
    public async Task DisposeAsync_Everything_IsClosed()
    {
        var connection = new FakeConnection { Answers = static (_, _) => new(OneTool) };
        await SaveAsync(connection);
        await connection.Watched;

        await _supervisor.DisposeAsync();
        await _supervisor.DisposeAsync();

        Assert.Equal(1, connection.Disposals);
    }

    /// <summary>Whoever waits for its turn at the end must not wait for ever, even for the end of its own token.</summary>
    [Fact]
    public async Task DisposeAsync_ChangesAreUnderWay_TheyEnd()
    {
        var answer = new TaskCompletionSource();
        _store.Answering = answer.Task;
        using var giveUp = new CancellationTokenSource();
        var (first, second) = (FollowAsync(CancellationToken.None), FollowAsync(giveUp.Token));

        await _supervisor.DisposeAsync();
        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken));
        answer.SetResult();
        await first.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);

        Task FollowAsync(CancellationToken token) => _supervisor.FollowAsync(TenantId.Global, _server.Id, token).AsTask();
    }

    [Fact]
    public async Task SavedAsync_DisabledServer_IsNotConnected()
    {
        await StartAsync();
        await WriteAsync(_server with { Enabled = false });

        var report = await _supervisor.RefreshAsync(TenantId.Global, _server.Id, CancellationToken.None);

        Assert.Equal(FaultReasons.Disabled, Assert.Single(report!.Faults).Reason);
        Assert.Equal(0, _connector.Attempts);
    }

    /// <summary>A machine that vanished does not close the connection that is watched.</summary>
    [Fact]
    public async Task AcquireAsync_SessionIsRefused_HasTheWatchedConnectionChecked()
    {
        var watched = new FakeConnection { Answers = static (_, _) => new(OneTool) };
        await SaveAsync(watched);
        await watched.Watched;
        await _store.NextAsync();
        var renting = Entry!.Connections.AcquireAsync(new Owner("p"), CancellationToken.None).AsTask();
        (await _connector.NextAsync()).SetResult(new UpstreamFault(FaultReasons.Unreachable, "refused"));
        Assert.Equal("refused", (await renting).Fault!.Message);

        (await _connector.NextAsync()).SetResult(new FakeConnection());

        await watched.Closed;
    }

    /// <summary>A server may close sockets one by one; the loss of one principal's is no reason to open that of all anew.</summary>
    [Fact]
    public async Task Report_LostWebSocketOfAPrincipal_LeavesTheWatchedOneAlone()
    {
        var watched = new FakeConnection { Answers = static (_, _) => new(OneTool) };
        await StartAsync();
        await WriteAsync(_server with { Endpoints = [_server.Endpoints[0] with { Transport = TransportKind.WebSocket, Url = "ws://127.0.0.1:1/" }] });
        (await _connector.NextAsync()).SetResult(watched);
        await watched.Watched;
        await _store.NextAsync();
        for (var i = 0; i < 3; i++)
        {
            var session = new FakeConnection();
            var renting = Entry!.Connections.AcquireAsync(new Owner("p"), CancellationToken.None).AsTask();
            (await _connector.NextAsync()).SetResult(session);
            var lease = await renting;
            Assert.Same(session, lease.Lease!.Connection);
            lease.Lease.Report(new UpstreamFault(FaultReasons.Unreachable, "lost", MayHaveRun: true));
            lease.Lease.Dispose();
            await session.Closed;
        }

        Assert.Equal(4, _connector.Attempts);
        Assert.Equal(0, watched.Disposals);
    }

    [Fact]
    public async Task SavedAsync_OnlyTheDescriptionChanged_ConnectionStays()
    {
        var connection = new FakeConnection { Answers = static (_, _) => new(OneTool) };
        await SaveAsync(connection);
        await _store.NextAsync();

        await WriteAsync(_server with { Version = 2, Description = "new" });

        Assert.Equal("new", Entry!.Server.Description);
        Assert.Equal("t", Assert.Single(Entry.Report!.Items).Key);
        Assert.Equal(0, connection.Disposals);
        Assert.Equal(1, _connector.Attempts);
    }

    /// <summary>Two writers may tell the supervisor in another order than the store took their writes.</summary>
    [Fact]
    public async Task SavedAsync_OutOfOrder_FollowsTheStore()
    {
        await WriteAsync(_server with { Version = 3, Description = "third" });
        await _supervisor.SavedAsync(_server with { Version = 2, Description = "second" }, CancellationToken.None);
        Assert.Equal("third", Entry!.Server.Description);

        _store.Row = null;
        await _supervisor.DeletedAsync(TenantId.Global, _server.Id, CancellationToken.None);
        await _supervisor.SavedAsync(_server, CancellationToken.None);
        Assert.Null(Entry);
    }

    private ServerEntry? Entry => _snapshots.Current.Servers.GetValueOrDefault(_server.Id);

    private ValueTask StartAsync() => _supervisor.StartAsync(CancellationToken.None);

    private ValueTask WriteAsync(RegisteredServer server)
    {
        _store.Row = server;
        return _supervisor.SavedAsync(server, CancellationToken.None);
    }

    /// <summary>The next wait before a reading; the time limits of the readings are of no interest.</summary>
    private async Task<TimeSpan> NextPauseAsync()
    {
        while (true)
        {
            var delay = await _clock.NextDelayAsync();
            if (delay != TimeSpan.FromSeconds(30) && delay != Timeout.InfiniteTimeSpan)
            {
                return delay;
            }
        }
    }

    private async Task SaveAsync(FakeConnection connection)
    {
        await StartAsync();
        await WriteAsync(_server);
        (await _connector.NextAsync()).SetResult(connection);
    }

    /// <summary>Ends a connection and gives the next one, whose catalogue takes for ever, to whoever asks.</summary>
    private async Task<FakeConnection> LoseAsync(FakeConnection connection)
    {
        await connection.Watched;
        connection.EndWatch(new UpstreamFault(FaultReasons.Unreachable, "gone"));
        (await _connector.NextAsync()).SetResult(new UpstreamFault(FaultReasons.Unreachable, "refused"));
        _clock.Clock.Advance(await NextPauseAsync());
        var next = new FakeConnection(ProtocolEra.Modern)
        {
            Answers = static async (_, cancellationToken) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
                throw new System.Diagnostics.UnreachableException();
            },
        };
        (await _connector.NextAsync()).SetResult(next);
        using var lease = (await Entry!.Connections.AcquireAsync(new Owner("p"), CancellationToken.None)).Lease;
        return next;
    }

    private static ValueTask<UpstreamReply> Lists(UpstreamRequest request, CancellationToken cancellationToken) =>
        new(request.Method == McpMethod.ToolsList ? OneTool : FakeConnection.Result("""{"prompts":[{"name":"p"}]}"""));

    private static async Task<string> RereadAsync(IServerConnections connections) =>
        Assert.Single((await connections.RereadAsync(CancellationToken.None))!.Items).Key;
}
