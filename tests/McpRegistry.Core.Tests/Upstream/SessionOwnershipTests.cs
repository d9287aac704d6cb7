using McpRegistry.Core.Tests.Supervision;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream;

/// <summary>Sessions at a server that belong to one session of a client, or to what one client can do.</summary>
public sealed class SessionOwnershipTests : IAsyncDisposable
{
    private static readonly ClientProfile Asked = ClientProfile.Of("""{"roots":{}}"""u8, ProtocolEra.Legacy);
    private readonly FakeConnector _connector = new();
    private readonly SignallingTimeProvider _clock = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly SessionPool _pool;

    public SessionOwnershipTests()
    {
        var server = SampleServers.Of("a");
        _pool = new SessionPool(_connector, server, server.Endpoints[0], Options.Create(new UpstreamOptions { MaxSessionsPerEndpoint = 10 }), _clock);
    }

    public async ValueTask DisposeAsync()
    {
        await _pool.DisposeAsync();
        _ended.Dispose();
    }

    [Fact]
    public async Task SessionEnded_IdleSession_IsClosed()
    {
        var connection = new FakeConnection();
        (await OpenAsync(new Owner("p", "s", _ended.Token), connection)).Dispose();
        await _ended.CancelAsync();
        await connection.Closed;
        Assert.Equal(0, _pool.Count);
    }

    [Fact]
    public async Task SessionEnded_BusySession_ClosesWithItsLastUser()
    {
        var connection = new FakeConnection();
        var lease = await OpenAsync(new Owner("p", "s", _ended.Token), connection);
        await _ended.CancelAsync();
        Assert.Equal((0, 0), (_pool.Count, connection.Disposals));
        lease.Dispose();
        await connection.Closed;
    }

    /// <summary>A server keeps state in it, and its client would not hear that it is gone.</summary>
    [Fact]
    public async Task Sweep_SessionOfALivingClient_Stays()
    {
        var clock = new ManualTimeProvider();
        var server = SampleServers.Of("b");
        await using var pool = new SessionPool(_connector, server, server.Endpoints[0], Options.Create(new UpstreamOptions()), clock);
        var (own, shared) = (new FakeConnection(), new FakeConnection());
        (await OpenAsync(new Owner("p", "s", _ended.Token), own, pool)).Dispose();
        (await OpenAsync(new Owner("p"), shared, pool)).Dispose();
        clock.Advance(TimeSpan.FromHours(2));
        await shared.Closed;
        Assert.Equal((1, 0), (pool.Count, own.Disposals));
        await _ended.CancelAsync();
        await own.Closed;
    }

    /// <summary>There is no state in it any more, and its place is of use to others.</summary>
    [Fact]
    public async Task Sweep_DeadSessionOfALivingClient_IsClosed()
    {
        var clock = new ManualTimeProvider();
        var server = SampleServers.Of("b");
        await using var pool = new SessionPool(_connector, server, server.Endpoints[0], Options.Create(new UpstreamOptions()), clock);
        var dead = new FakeConnection();
        (await OpenAsync(new Owner("p", "s", _ended.Token), dead, pool)).Dispose();
        dead.IsGone = true;
        clock.Advance(new UpstreamOptions().SessionIdleTimeout);

        await dead.Closed;
        Assert.Equal(0, pool.Count);
    }

    /// <summary>A client whose state has to go is told so, which can only be done by ending its session; one that is busy is left alone.</summary>
    [Fact]
    public async Task RentAsync_NoRoom_EndsTheLongestUnusedClientThatIsNotBusy()
    {
        var clock = new ManualTimeProvider();
        var server = SampleServers.Of("b");
        await using var pool = new SessionPool(
            _connector, server, server.Endpoints[0], Options.Create(new UpstreamOptions { MaxSessionsPerEndpoint = 10, MaxSessionsPerCaller = 2 }), clock);
        var (busy, idle) = (new Client { IsBusy = true }, new Client());
        var (busyConnection, idleConnection) = (new FakeConnection(), new FakeConnection());
        (await OpenAsync(new Owner("p", "busy") { ClientSession = busy }, busyConnection, pool)).Dispose();
        clock.Advance(TimeSpan.FromSeconds(1));
        (await OpenAsync(new Owner("p", "idle") { ClientSession = idle }, idleConnection, pool)).Dispose();

        var next = new Client { IsBusy = true };
        using var held = await OpenAsync(new Owner("p", "next") { ClientSession = next }, new FakeConnection(), pool);

        await idleConnection.Closed;
        Assert.Equal((0, 1, 0), (busy.Closings, idle.Closings, next.Closings));
        Assert.Equal(0, busyConnection.Disposals);
        Assert.Equal(FaultReasons.Busy, (await RentAsync(pool, new Owner("p", "more") { ClientSession = new Client() })).Fault!.Reason);
    }

    /// <summary>Its state is gone, and only the end of the client's own session tells it so.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RentAsync_SessionHasDied_ClientIsToldWhereItIsToKnow(bool endsLost)
    {
        await using var pool = PoolOf(endsLost);
        var (client, dead) = (new Client(), new FakeConnection());
        var owner = new Owner("p", "s") { ClientSession = client };
        (await OpenAsync(owner, dead, pool)).Dispose();
        dead.IsGone = true;

        var next = RentAsync(pool, owner);
        if (endsLost)
        {
            Assert.Same(SessionPool.Lost, (await next).Fault);
        }
        else
        {
            (await _connector.NextAsync()).SetResult(new FakeConnection());
            Assert.True((await next).Granted);
        }

        Assert.Equal(endsLost ? 1 : 0, client.Closings);
        await dead.Closed;
    }

    [Fact]
    public async Task Report_SessionIsLost_ClientIsTold()
    {
        await using var pool = PoolOf(endsLost: true);
        var (client, connection) = (new Client(), new FakeConnection { Outlives = true });
        using var lease = await OpenAsync(new Owner("p", "s") { ClientSession = client }, connection, pool);
        lease.Report(new UpstreamFault(FaultReasons.Unreachable, "cut"));
        Assert.Equal(0, client.Closings);
        lease.Report(SessionPool.Lost);

        Assert.Equal((1, 0), (client.Closings, pool.Count));
    }

    /// <summary>Nothing was kept in a session that never was.</summary>
    [Fact]
    public async Task RentAsync_SessionCouldNotBeOpened_ClientIsNotTold()
    {
        await using var pool = PoolOf(endsLost: true);
        var client = new Client();
        var renting = RentAsync(pool, new Owner("p", "s") { ClientSession = client });
        (await _connector.NextAsync()).SetResult(new UpstreamFault(FaultReasons.Unreachable, "down"));

        Assert.Equal("down", (await renting).Fault!.Message);
        Assert.Equal(0, client.Closings);
    }

    [Fact]
    public async Task Sweep_SessionHasDied_ClientIsTold()
    {
        var clock = new ManualTimeProvider();
        await using var pool = PoolOf(endsLost: true, clock);
        var (client, dead) = (new Client(), new FakeConnection());
        (await OpenAsync(new Owner("p", "s") { ClientSession = client }, dead, pool)).Dispose();
        dead.IsGone = true;
        clock.Advance(new UpstreamOptions().SessionIdleTimeout);

        Assert.Equal(1, client.Closings);
    }

    /// <summary>Its server is removed, or was replaced.</summary>
    [Fact]
    public async Task DisposeAsync_OpenSession_ClientIsTold()
    {
        var client = new Client();
        await using var pool = PoolOf(endsLost: true);
        (await OpenAsync(new Owner("p", "s") { ClientSession = client }, new FakeConnection(), pool)).Dispose();
        await pool.DisposeAsync();

        Assert.Equal(1, client.Closings);
    }

    [Fact]
    public async Task RentAsync_OfASessionThatHasEnded_LeavesNothing()
    {
        await _ended.CancelAsync();
        var connection = new FakeConnection();
        (await OpenAsync(new Owner("p", "s", _ended.Token), connection)).Dispose();
        await connection.Closed;
        Assert.Equal(0, _pool.Count);
    }

    [Fact]
    public async Task RentAsync_OtherSessionOrProfile_IsAnotherSession()
    {
        var connections = new List<UpstreamConnection>();
        foreach (var owner in new[] { new Owner("p", "s"), new Owner("p", "t"), new Owner("p"), new Owner("p") { Profile = Asked } })
        {
            connections.Add((await OpenAsync(owner, new FakeConnection())).Connection);
        }

        Assert.Equal(4, connections.Distinct().Count());
    }

    /// <summary>Who can be asked is listened to at once, for some servers ask only where nobody called; others cost no stream.</summary>
    [Fact]
    public async Task Watch_ClientThatCanBeAsked_BeginsWithTheSession()
    {
        var (asked, plain) = (new FakeConnection(), new FakeConnection());
        (await OpenAsync(new Owner("p") { Profile = Asked }, asked)).Dispose();
        await OpenAsync(new Owner("q"), plain);
        await asked.Watched;
        Assert.Null(plain.Listener);
    }

    /// <summary>A call that goes out before the stream is there can be asked on it, and nobody would hear that.</summary>
    [Fact]
    public async Task RentAsync_ClientThatCanBeAsked_WaitsUntilTheServerIsHeard()
    {
        var connection = new FakeConnection { IsHeardAtOnce = false };
        var renting = OpenAsync(new Owner("p") { Profile = Asked }, connection);
        await connection.Watched;
        await _clock.NextDelayAsync();
        Assert.False(renting.IsCompleted);

        connection.Listener!.Opened();

        Assert.Same(connection, (await renting).Connection);
    }

    [Fact]
    public async Task RentAsync_ServerHasNoStream_GoesOn()
    {
        var connection = new FakeConnection { IsHeardAtOnce = false };
        var renting = OpenAsync(new Owner("p") { Profile = Asked }, connection);
        await connection.Watched;

        connection.EndWatch(null);

        Assert.Same(connection, (await renting).Connection);
    }

    /// <summary>Some servers send the head of the stream with its first event only.</summary>
    [Fact]
    public async Task RentAsync_StreamKeepsSilent_IsWaitedForASecond()
    {
        var connection = new FakeConnection { IsHeardAtOnce = false };
        var renting = OpenAsync(new Owner("p") { Profile = Asked }, connection);
        await connection.Watched;

        _clock.Clock.Advance(await _clock.NextDelayAsync());

        Assert.Same(connection, (await renting).Connection);
        Assert.Equal(0, connection.Disposals);
    }

    [Fact]
    public async Task DisposeAsync_WatchHasFailed_ClosesTheConnectionAllTheSame()
    {
        var connection = new FakeConnection();
        using var lease = await OpenAsync(new Owner("p") { Profile = Asked }, connection);
        var ended = new EndListener();
        using var listening = lease.Listen(ended);
        connection.BreakWatch(new InvalidOperationException("a bug"));

        Assert.Equal(FaultReasons.ProtocolError, (await ended.Fault)!.Reason);
        await _pool.DisposeAsync();
        Assert.Equal(1, connection.Disposals);
    }

    /// <summary>A server that asks on the stream of its session would ask nobody any more.</summary>
    [Fact]
    public async Task Watch_HasEnded_BeginsAgainWithTheNextCall()
    {
        var connection = new FakeConnection { Outlives = true };
        var owner = new Owner("p") { Profile = Asked };
        using var lease = await OpenAsync(owner, connection);
        var ended = new EndListener();
        using var listening = lease.Listen(ended);
        await connection.Watched;
        connection.EndWatch(new UpstreamFault(FaultReasons.Unreachable, "cut"));
        await ended.Fault;
        var watches = connection.Watches;
        (await RentAsync(_pool, owner)).Lease!.Dispose();

        Assert.True(SpinWait.SpinUntil(() => connection.Watches > watches, TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task Listen_TwoListeners_ShareOneWatchAndHearItsEnd()
    {
        var connection = new FakeConnection();
        var lease = await OpenAsync(new Owner("p"), connection);
        var (first, second) = (new EndListener(), new EndListener());
        using var one = lease.Listen(first);
        using var two = lease.Listen(second);
        await connection.Watched;
        var fault = new UpstreamFault(FaultReasons.Unreachable, "gone");
        connection.EndWatch(fault);
        Assert.Same(fault, await first.Fault);
        Assert.Same(fault, await second.Fault);
    }

    [Fact]
    public async Task Processes_AtTheirLimit_AreRefusedByName()
    {
        var server = SampleServers.Of("b");
        var endpoint = server.Endpoints[0] with { Transport = TransportKind.Stdio };
        await using var pool = new SessionPool(_connector, server, endpoint, Options.Create(new UpstreamOptions { MaxProcessesPerEndpoint = 1 }), new ManualTimeProvider());
        var first = RentAsync(pool, new Owner("p"));
        (await _connector.NextAsync()).SetResult(new FakeConnection());
        using var lease = (await first).Lease;
        var refused = await RentAsync(pool, new Owner("q"));
        Assert.Equal(FaultReasons.Busy, refused.Fault!.Reason);
        Assert.Contains("1 processes", refused.Fault.Message, StringComparison.Ordinal);
    }

    private static Task<LeaseResult> RentAsync(SessionPool pool, Owner owner) => pool.RentAsync(owner.Key, owner, _ => { }, CancellationToken.None).AsTask();

    private async Task<ConnectionLease> OpenAsync(Owner owner, FakeConnection connection, SessionPool? pool = null)
    {
        var renting = RentAsync(pool ?? _pool, owner);
        (await _connector.NextAsync()).SetResult(connection);
        return (await renting).Lease!;
    }

    private SessionPool PoolOf(bool endsLost, TimeProvider? clock = null)
    {
        var server = SampleServers.Of("b");
        return new SessionPool(_connector, server, server.Endpoints[0], Options.Create(new UpstreamOptions()), clock ?? _clock, endsLost);
    }

    private sealed class Client : IClientSession
    {
        public bool IsBusy { get; init; }

        public int Closings { get; private set; }

        public void Close() => Closings++;
    }

    private sealed class EndListener : IUpstreamListener
    {
        private readonly TaskCompletionSource<UpstreamFault?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<UpstreamFault?> Fault => _ended.Task;

        public void Notified(UpstreamMessage notification)
        {
            // Only the end matters here.
        }

        public void Missed()
        {
            // Only the end matters here.
        }

        public void Ended(UpstreamFault? fault) => _ended.TrySetResult(fault);
    }
}
