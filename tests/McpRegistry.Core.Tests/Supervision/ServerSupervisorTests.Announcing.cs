using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Protocol;
using McpRegistry.Tenancy;
using McpRegistry.Upstream;
using Xunit;

namespace McpRegistry.Core.Tests.Supervision;

/// <content>Servers that announce changes without end.</content>
public sealed partial class ServerSupervisorTests
{
    /// <summary>It announces a change during each reading, and each reading finds what is known.</summary>
    [Fact]
    public async Task Announced_NothingNew_WaitsLongerEachTimeUntilSomethingIs()
    {
        var connection = await AnnounceAsync(static _ => "same");
        var readings = 3;
        double[] expected = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300];
        foreach (var seconds in expected)
        {
            var pause = await NextPauseAsync();
            Assert.Equal(seconds, pause.TotalSeconds);
            Assert.Equal(readings++, Volatile.Read(ref _readings));
            _clock.Clock.Advance(pause);
        }

        await NextPauseAsync();
        connection.Answers = Announcing(connection, static reading => $"new{reading}");
        _clock.Clock.Advance(TimeSpan.FromSeconds(300));
        Assert.Equal(0.25, (await NextPauseAsync()).TotalSeconds);
    }

    /// <summary>A list that differs each time is a change each time, and is followed at a bounded pace all the same.</summary>
    [Fact]
    public async Task Announced_SomethingNewEachTime_WaitsLongerLittleByLittle()
    {
        await AnnounceAsync(static reading => $"t{reading}");
        var pauses = new List<double>();
        for (var i = 0; i < 60; i++)
        {
            var pause = await NextPauseAsync();
            pauses.Add(pause.TotalSeconds);
            _clock.Clock.Advance(pause);
        }

        Assert.All(pauses.Take(15), static pause => Assert.Equal(0.25, pause));
        Assert.Equal(pauses.Order(), pauses);
        Assert.Equal(16, pauses[^1]);
    }

    /// <summary>A stream that is cut again and again is no word in vain: what the server says next is to be followed at once.</summary>
    [Fact]
    public async Task Announced_AfterGapsInWhichNothingChanged_IsReadAtOnce()
    {
        var connection = new FakeConnection { Answers = static (_, _) => new(FakeConnection.Result("""{"tools":[{"name":"same"}]}""")) };
        await SaveAsync(connection);
        await connection.Watched;
        await _supervisor.RefreshAsync(TenantId.Global, _server.Id, CancellationToken.None);
        for (var gap = 0; gap < 10; gap++)
        {
            connection.Change(McpMethod.Unknown);
            await _supervisor.RefreshAsync(TenantId.Global, _server.Id, CancellationToken.None);
        }

        connection.Answers = static (_, _) => new(FakeConnection.Result("""{"tools":[{"name":"new"}]}"""));
        connection.Change(McpMethod.ToolsListChanged);

        await ExpectAsync("new");
    }

    /// <summary>What it announces waits for minutes; an operator does not.</summary>
    [Fact]
    public async Task Announced_WhileItWaits_ThoseWhoAskDoNot()
    {
        var connection = await AnnounceAsync(static _ => "same");
        for (var i = 0; i < 10; i++)
        {
            _clock.Clock.Advance(await NextPauseAsync());
        }

        await NextPauseAsync();
        connection.Answers = static (_, _) => new(FakeConnection.Result("""{"tools":[{"name":"new"}]}"""));

        Assert.Equal("new", Assert.Single((await _supervisor.RefreshAsync(TenantId.Global, _server.Id, CancellationToken.None))!.Items).Key);
    }

    /// <summary>After a day of calm nobody has to wait for what was announced in vain before.</summary>
    [Fact]
    public async Task Announced_AfterCalm_IsReadAtOnce()
    {
        var connection = await AnnounceAsync(static _ => "same");
        for (var i = 0; i < 10; i++)
        {
            _clock.Clock.Advance(await NextPauseAsync());
        }

        await NextPauseAsync();
        connection.Answers = static (_, _) => new(FakeConnection.Result("""{"tools":[{"name":"same"}]}"""));
        _clock.Clock.Advance(TimeSpan.FromDays(1));
        await _supervisor.RefreshAsync(TenantId.Global, _server.Id, CancellationToken.None);
        _clock.Clock.Advance(TimeSpan.FromDays(1));
        connection.Answers = static (_, _) => new(FakeConnection.Result("""{"tools":[{"name":"new"}]}"""));
        connection.Change(McpMethod.ToolsListChanged);

        while ((await _store.NextAsync()).Items is not [{ Key: "new" }])
        {
        }
    }

    /// <summary>Each write is a change that all replicas follow. Now and then one tells them that the server is as it was.</summary>
    [Fact]
    public async Task Announced_NothingNew_IsStoredNowAndThenOnly()
    {
        _store.Keeps = true;
        var connection = await AnnounceAsync(static _ => "same");
        var report = Entry!.Report;
        for (var i = 0; i < 9; i++)
        {
            _clock.Clock.Advance(await NextPauseAsync());
        }

        // The first reading and the refresh; 128 seconds have gone by.
        await NextPauseAsync();
        Assert.Equal(2, _store.Saved);
        Assert.Same(report, Entry!.Report);
        _clock.Clock.Advance(TimeSpan.FromSeconds(256));
        await NextPauseAsync();
        Assert.Equal(3, _store.Saved);

        connection.Answers = Announcing(connection, static _ => "new");
        _clock.Clock.Advance(TimeSpan.FromSeconds(300));
        await NextPauseAsync();
        Assert.Equal(4, _store.Saved);
    }

    /// <summary>What the store has by another replica is no reason to keep what this one knows to itself.</summary>
    [Fact]
    public async Task Read_StoreHasSomethingElse_IsStored()
    {
        _store.Keeps = true;
        var connection = await AnnounceAsync(static _ => "same");
        await NextPauseAsync();
        var older = Entry!.Report! with { CompletedAt = Entry.Report.CompletedAt.AddSeconds(-1), Items = [] };
        _store.Discovery = older;
        await _supervisor.FollowAsync(TenantId.Global, _server.Id, CancellationToken.None);
        Assert.Equal("same", Assert.Single(Entry.Report.Items).Key);
        connection.Answers = static (_, _) => new(FakeConnection.Result("""{"tools":[{"name":"same"}]}"""));
        _clock.Clock.Advance(TimeSpan.FromMilliseconds(250));

        await _store.NextAsync();
        Assert.Equal("same", Assert.Single((await _store.NextAsync()).Items).Key);
    }

    private readonly TaskCompletionSource _announced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _readings;

    /// <summary>Has a server that announces a change during its second reading and each later one; the second has ended by then.</summary>
    private async Task<FakeConnection> AnnounceAsync(Func<int, string> tool)
    {
        var connection = new FakeConnection { Answers = static (_, _) => new(FakeConnection.Result("""{"tools":[{"name":"same"}]}""")) };
        await SaveAsync(connection);
        await connection.Watched;
        await _store.NextAsync();
        _readings = 1;
        connection.Answers = Announcing(connection, tool);
        using var asking = new CancellationTokenSource();
        Task refreshed;
        do
        {
            // Who asks while the first reading ends, having been stored, gets that one.
            refreshed = _supervisor.RefreshAsync(TenantId.Global, _server.Id, asking.Token).AsTask();
            await Task.WhenAny(refreshed, _announced.Task);
        }
        while (!_announced.Task.IsCompleted);

        // Who asks waits for the reading after this one as well; where he is late, for one that waits for the clock in its turn.
        await asking.CancelAsync();
        await refreshed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _clock.Clock.Advance(await NextPauseAsync());
        return connection;
    }

    private Func<UpstreamRequest, CancellationToken, ValueTask<UpstreamReply>> Announcing(FakeConnection connection, Func<int, string> tool) => (_, _) =>
    {
        connection.Change(McpMethod.ToolsListChanged);
        _announced.TrySetResult();
        return new(FakeConnection.Result($$"""{"tools":[{"name":"{{tool(Interlocked.Increment(ref _readings))}}"}]}"""));
    };
}
