using McpRegistry.Core.Tests.Gateway.Caching;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Supervision;
using McpRegistry.Tenancy;
using McpRegistry.Upstream;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Supervision;

public sealed class ServerSupervisorTests : IAsyncDisposable
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
        _supervisor = new ServerSupervisor(context, _connector, _snapshots, _store, options, _clock);
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

    [Fact]
    public async Task Changed_WhileReading_IsReadAgainAfterThePause()
    {
        var connection = new FakeConnection { Answers = static (_, _) => new(OneTool) };
        await SaveAsync(connection);
        await connection.Watched;

        // Its end is also the end of the first reading, which the next refresh must not join.
        await _supervisor.RefreshAsync(TenantId.Global, _server.Id, CancellationToken.None);
        var reading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new TaskCompletionSource<UpstreamReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.Answers = (_, _) =>
        {
            reading.TrySetResult();
            return new(gate.Task);
        };
        var refreshed = _supervisor.RefreshAsync(TenantId.Global, _server.Id, CancellationToken.None).AsTask();
        await reading.Task;
        connection.Change(McpMethod.ToolsListChanged);
        connection.Change(McpMethod.ToolsListChanged);
        gate.SetResult(OneTool);
        while (await _clock.NextDelayAsync() != TimeSpan.FromMilliseconds(250))
        {
        }

        connection.Answers = static (_, _) => new(FakeConnection.Result("""{"tools":[{"name":"new"}]}"""));
        _clock.Clock.Advance(TimeSpan.FromMilliseconds(250));

        Assert.Equal("new", Assert.Single((await refreshed)!.Items).Key);
    }

    /// <summary>What the gateway reads may be the same where a client of its own would see a difference.</summary>
    [Theory]
    [InlineData(nameof(McpMethod.PromptsListChanged), nameof(ListKinds.Prompts))]
    [InlineData(nameof(McpMethod.Unknown), "Tools, Prompts")]
    public async Task Changed_ReadingFindsNoDifference_IsAnnouncedAllTheSame(string notification, string expected)
    {
        var connection = new FakeConnection(capabilities: """{"tools":{},"prompts":{}}""") { Answers = Lists };
        await SaveAsync(connection);
        await connection.Watched;
        await _supervisor.RefreshAsync(TenantId.Global, _server.Id, CancellationToken.None);
        var listener = new Snapshots.RecordingCatalogueListener();
        using var listening = _snapshots.Changes.Listen(TenantId.Global, listener);
        connection.Change(Enum.Parse<McpMethod>(notification));

        Assert.Equal(("a", Enum.Parse<ListKinds>(expected)), await listener.NextAsync());
    }

    /// <summary>Callers cause it, so that they must not be able to keep a server busy with it.</summary>
    [Fact]
    public async Task RereadAsync_AgainAtOnce_GivesWhatIsKnown()
    {
        var lists = 0;
        await SaveAsync(new FakeConnection
        {
            Answers = (_, _) => new(FakeConnection.Result($$"""{"tools":[{"name":"t{{Interlocked.Increment(ref lists)}}"}]}""")),
        });
        await _store.NextAsync();
        var connections = Entry!.Connections;

        Assert.Equal("t2", await RereadAsync(connections));
        Assert.Equal("t2", await RereadAsync(connections));
        _clock.Clock.Advance(new UpstreamOptions().ReconnectDelay);
        Assert.Equal("t3", await RereadAsync(connections));
        Assert.Equal(3, lists);
    }

    /// <summary>The one under way may have read before the server changed.</summary>
    [Fact]
    public async Task RereadAsync_WhileReading_ReadsOnceMore()
    {
        var gate = new TaskCompletionSource<UpstreamReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        var reading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var connection = new FakeConnection();
        connection.Answers = (_, _) =>
        {
            connection.Answers = static (_, _) => new(FakeConnection.Result("""{"tools":[{"name":"new"}]}"""));
            reading.SetResult();
            return new(gate.Task);
        };
        await SaveAsync(connection);
        await reading.Task;
        var reread = RereadAsync(Entry!.Connections);
        gate.SetResult(OneTool);

        Assert.Equal("new", await reread);
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

    [Fact]
    public async Task Discovery_Throws_IsReportedAndTheNextOneRuns()
    {
        var connection = new FakeConnection { Answers = static (_, _) => throw new InvalidOperationException("a bug") };
        await SaveAsync(connection);
        await connection.Watched;
        await _supervisor.RefreshAsync(TenantId.Global, _server.Id, CancellationToken.None);
        connection.Answers = static (_, _) => new(OneTool);

        var report = await _supervisor.RefreshAsync(TenantId.Global, _server.Id, CancellationToken.None);

        Assert.Equal("t", Assert.Single(report!.Items).Key);
    }

    /// <summary>A server that was slow at its start announces nothing when it is ready.</summary>
    [Fact]
    public async Task Discovery_ListFails_IsRepeatedWithGrowingWaitsUntilItIsComplete()
    {
        var readings = 0;
        var connection = new FakeConnection
        {
            Answers = (_, _) =>
            {
                readings++;
                return new(FakeConnection.Error(-32603));
            },
        };
        await SaveAsync(connection);
        int[] expected = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300];
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(ServerHealth.Degraded, (await _store.NextAsync()).Health);
            var pause = await NextPauseAsync();
            Assert.InRange(pause.TotalSeconds, expected[i], expected[i] * 1.25);
            Assert.Equal(i + 1, readings);
            connection.Answers = i < expected.Length - 1 ? connection.Answers : static (_, _) => new(OneTool);
            _clock.Clock.Advance(pause);
        }

        Assert.Equal(ServerHealth.Healthy, (await _store.NextAsync()).Health);
        await _supervisor.RefreshAsync(TenantId.Global, _server.Id, CancellationToken.None);
        _clock.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(expected.Length, readings);
    }

    [Fact]
    public async Task Discovery_TimesOut_IsRepeated()
    {
        var connection = new FakeConnection { Answers = static async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return OneTool;
        } };
        await SaveAsync(connection);
        while (await _clock.NextDelayAsync() != TimeSpan.FromSeconds(30))
        {
        }

        _clock.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(FaultReasons.Timeout, Assert.Single((await _store.NextAsync()).Faults).Reason);
        connection.Answers = static (_, _) => new(OneTool);
        _clock.Clock.Advance(await NextPauseAsync());

        Assert.Equal(ServerHealth.Healthy, (await _store.NextAsync()).Health);
    }

    /// <summary>What would be found again and again is not worth a reading.</summary>
    [Fact]
    public async Task Discovery_OddEntry_IsNotRepeated()
    {
        var readings = 0;
        var connection = new FakeConnection
        {
            Answers = (_, _) =>
            {
                readings++;
                return new(FakeConnection.Result("""{"tools":[{"name":"t"},{"name":"t"}]}"""));
            },
        };
        await SaveAsync(connection);
        Assert.Equal(ServerHealth.Degraded, (await _store.NextAsync()).Health);
        await connection.Watched;
        _clock.Clock.Advance(TimeSpan.FromHours(1));
        await _supervisor.RefreshAsync(TenantId.Global, _server.Id, CancellationToken.None);

        Assert.InRange(readings, 1, 2);
    }

    /// <summary>A server that is not served gets no call, so that no failing call would ever have it connected to again.</summary>
    [Fact]
    public async Task Discovery_ServerDoesNotAnswer_IsConnectedToAgain()
    {
        var deaf = new FakeConnection { Answers = static (_, _) => new(UpstreamReply.Failed(FaultReasons.Unreachable, "reset")) };
        deaf.EndWatch(null);
        await SaveAsync(deaf);
        Assert.Equal(ServerHealth.Unhealthy, (await _store.NextAsync()).Health);

        (await _connector.NextAsync()).SetResult(new FakeConnection { Answers = static (_, _) => new(OneTool) });
        await deaf.Closed;
        await _supervisor.RefreshAsync(TenantId.Global, _server.Id, CancellationToken.None);

        Assert.True(Entry!.IsServed);
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

    private static ValueTask<UpstreamReply> Lists(UpstreamRequest request, CancellationToken cancellationToken) =>
        new(request.Method == McpMethod.ToolsList ? OneTool : FakeConnection.Result("""{"prompts":[{"name":"p"}]}"""));

    private static async Task<string> RereadAsync(IServerConnections connections) =>
        Assert.Single((await connections.RereadAsync(CancellationToken.None))!.Items).Key;
}
