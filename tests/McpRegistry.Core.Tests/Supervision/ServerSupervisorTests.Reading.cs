using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using McpRegistry.Upstream;
using Xunit;

namespace McpRegistry.Core.Tests.Supervision;

/// <content>When catalogues are read, and read again.</content>
public sealed partial class ServerSupervisorTests
{
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

    /// <summary>A server that announces a change during each reading is read without end. Whoever asks must not wait for that end.</summary>
    [Fact]
    public async Task Reading_ServerAnnouncesWithoutEnd_ThoseWhoAskGetTheNextOne()
    {
        var connection = new FakeConnection { Answers = static (_, _) => new(OneTool) };
        await SaveAsync(connection);
        await connection.Watched;
        await _supervisor.RefreshAsync(TenantId.Global, _server.Id, CancellationToken.None);
        connection.Answers = (_, _) =>
        {
            connection.Change(McpMethod.ToolsListChanged);
            return new(OneTool);
        };

        var refreshed = _supervisor.RefreshAsync(TenantId.Global, _server.Id, CancellationToken.None).AsTask();
        var reread = RereadAsync(Entry!.Connections);
        var both = Task.WhenAll(refreshed, reread);
        while (!both.IsCompleted)
        {
            // The pause behind the reading that answers both is longer than what is waited here, and may be the last.
            await Task.WhenAny(both, _clock.NextDelayAsync().AsTask());
            _clock.Clock.Advance(TimeSpan.FromMilliseconds(250));
        }

        Assert.Equal("t", await reread);
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
        using var listening = _snapshots.Changes.Listen(listener);
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

    /// <summary>A client whose headers are always wrong has each reading find nothing new.</summary>
    [Fact]
    public async Task RereadAsync_NothingNew_WaitsLongerEachTime()
    {
        var lists = 0;
        var name = "same";
        await SaveAsync(new FakeConnection
        {
            Answers = (_, _) =>
            {
                lists++;
                return new(FakeConnection.Result($$"""{"tools":[{"name":"{{name}}"}]}"""));
            },
        });
        await _store.NextAsync();
        var connections = Entry!.Connections;
        var pause = new UpstreamOptions().ReconnectDelay;
        await RereadAsync(connections);
        Assert.Equal(2, lists);

        _clock.Clock.Advance(pause);
        await RereadAsync(connections);
        Assert.Equal(2, lists);
        _clock.Clock.Advance(pause);
        await RereadAsync(connections);
        Assert.Equal(3, lists);

        name = "new";
        _clock.Clock.Advance(3 * pause);
        Assert.Equal("same", await RereadAsync(connections));
        _clock.Clock.Advance(pause);
        Assert.Equal("new", await RereadAsync(connections));
        _clock.Clock.Advance(pause);
        await RereadAsync(connections);
        Assert.Equal(5, lists);
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

    /// <summary>One lost request of a server that is served says little; its calls may well go through.</summary>
    [Fact]
    public async Task Discovery_ServedServerLosesARequest_IsReadAgainOnAFreshConnectionBeforeAnybodyHearsOfIt()
    {
        var first = await ServeThenLoseRequestsAsync();
        var refreshed = _supervisor.RefreshAsync(TenantId.Global, _server.Id, CancellationToken.None).AsTask();
        var next = await _connector.NextAsync();
        Assert.True(Entry!.IsServed);
        next.SetResult(new FakeConnection { Answers = static (_, _) => new(FakeConnection.Result("""{"tools":[{"name":"new"}]}""")) });

        Assert.Equal("new", Assert.Single((await PassAsync(refreshed))!.Items).Key);
        Assert.True(Entry!.IsServed);
        await first.Closed;
    }

    [Fact]
    public async Task Discovery_FreshConnectionLosesItsRequestToo_IsPublished()
    {
        await ServeThenLoseRequestsAsync();
        var refreshed = _supervisor.RefreshAsync(TenantId.Global, _server.Id, CancellationToken.None).AsTask();
        (await _connector.NextAsync()).SetResult(new FakeConnection { Answers = Lost });

        Assert.Equal(ServerHealth.Unhealthy, (await PassAsync(refreshed))!.Health);
        Assert.False(Entry!.IsServed);
    }

    [Fact]
    public async Task Discovery_NoFreshConnection_IsPublished()
    {
        await ServeThenLoseRequestsAsync();
        var refreshed = _supervisor.RefreshAsync(TenantId.Global, _server.Id, CancellationToken.None).AsTask();
        (await _connector.NextAsync()).SetResult(new UpstreamFault(FaultReasons.Unreachable, "refused"));

        Assert.Equal(ServerHealth.Unhealthy, (await PassAsync(refreshed))!.Health);
        Assert.False(Entry!.IsServed);
    }

    /// <summary>The attempt may hang for longer than anybody wants to wait for a reading.</summary>
    [Fact]
    public async Task Discovery_FreshConnectionDoesNotComeInTime_IsPublished()
    {
        await ServeThenLoseRequestsAsync();
        var refreshed = _supervisor.RefreshAsync(TenantId.Global, _server.Id, CancellationToken.None).AsTask();
        await _connector.NextAsync();
        _clock.Clock.Advance(new UpstreamOptions().DiscoveryTimeout);

        Assert.Equal(ServerHealth.Unhealthy, (await PassAsync(refreshed))!.Health);
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

    private static ValueTask<UpstreamReply> Lost(UpstreamRequest request, CancellationToken cancellationToken) => new(UpstreamReply.Failed(FaultReasons.Unreachable, "reset"));

    /// <summary>Lets time pass until a refresh ends: a new connection has the catalogue read once more, after a pause.</summary>
    private async Task<DiscoveryReport?> PassAsync(Task<DiscoveryReport?> refreshed)
    {
        while (!refreshed.IsCompleted)
        {
            await Task.WhenAny(refreshed, _clock.NextDelayAsync().AsTask());
            _clock.Clock.Advance(TimeSpan.FromMilliseconds(250));
        }

        return await refreshed;
    }

    /// <summary>Has a server read, and that reading ended, after which it loses what is asked.</summary>
    private async Task<FakeConnection> ServeThenLoseRequestsAsync()
    {
        var connection = new FakeConnection { Answers = static (_, _) => new(OneTool) };
        await SaveAsync(connection);
        await connection.Watched;
        await _supervisor.RefreshAsync(TenantId.Global, _server.Id, CancellationToken.None);
        connection.Answers = Lost;
        return connection;
    }
}
