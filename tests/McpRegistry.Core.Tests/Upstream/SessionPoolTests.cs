using McpRegistry.Discovery;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream;

public sealed class SessionPoolTests : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);
    private static readonly UpstreamFault Down = new(FaultReasons.Unreachable, "down");
    private readonly ManualTimeProvider _clock = new();
    private readonly FakeConnector _connector = new();
    private readonly List<UpstreamFault> _reported = [];
    private readonly SessionPool _pool;

    public SessionPoolTests()
    {
        var server = SampleServers.Of("a");
        var options = Options.Create(new UpstreamOptions { MaxSessionsPerEndpoint = 2, SessionIdleTimeout = TimeSpan.FromMinutes(10) });
        _pool = new SessionPool(_connector, server, server.Endpoints[0], options, _clock);
    }

    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task RentAsync_ManyCallsOfOnePrincipal_OpenOnce()
    {
        var calls = Enumerable.Range(0, 50).Select(_ => RentAsync("p")).ToArray();
        var connection = new FakeConnection();
        (await _connector.NextAsync()).SetResult(connection);

        Assert.All(await Task.WhenAll(calls), lease => Assert.Same(connection, lease.Lease!.Connection));
        Assert.Equal(1, _connector.Attempts);
        Assert.Equal(1, _pool.Count);
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task RentAsync_TwoPrincipals_NeverShare()
    {
        var first = await OpenAsync("p", new FakeConnection());
        var second = await OpenAsync("q", new FakeConnection());

        Assert.NotSame(first.Connection, second.Connection);
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task RentAsync_CallerGivesUp_OpeningGoesOnForTheOthers()
    {
        using var cancellation = new CancellationTokenSource();
        var impatient = _pool.RentAsync(new Owner("p").Key, new Owner("p"), _reported.Add, cancellation.Token).AsTask();
        var patient = RentAsync("p");
        var attempt = await _connector.NextAsync();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        attempt.SetResult(new FakeConnection());

        Assert.True((await patient).Granted);
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task RentAsync_OpeningFails_NextCallTriesAgain()
    {
        var failing = RentAsync("p");
        (await _connector.NextAsync()).SetResult(Down);
        Assert.Same(Down, (await failing).Fault);

        Assert.NotNull(await OpenAsync("p", new FakeConnection()));
    }

    /// <summary>When the caller has left before the opening failed, the fault waits for a call much later unless the session counts as ended.</summary>
    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task HasEnded_OpeningFailedOrConnectionGone_EvenIfNobodyWaited()
    {
        var opening = new TaskCompletionSource<ConnectResult>();
        var pending = new PooledSession(_pool, new Owner("p").Key, ClientProfile.Plain, _ => opening.Task, _clock);
        Assert.False(pending.HasEnded);
        opening.SetResult(new FakeConnection());
        Assert.False(pending.HasEnded);
        await pending.DisposeAsync();

        Assert.True(new PooledSession(_pool, new Owner("p").Key, ClientProfile.Plain, _ => Task.FromResult<ConnectResult>(Down), _clock).HasEnded);
        Assert.True(new PooledSession(_pool, new Owner("p").Key, ClientProfile.Plain, _ => Task.FromException<ConnectResult>(new IOException()), _clock).HasEnded);
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task RentAsync_OpeningThrows_IsFaultAndNextCallTriesAgain()
    {
        var failing = RentAsync("p");
        (await _connector.NextAsync()).SetException(new InvalidOperationException("a bug"));
        Assert.Equal(FaultReasons.Unreachable, (await failing).Fault!.Reason);

        Assert.Equal(0, _pool.Count);
        Assert.NotNull(await OpenAsync("p", new FakeConnection()));
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task Sweep_IdleSession_IsClosedAndBusyOneStays()
    {
        var (idle, busy) = (new FakeConnection(), new FakeConnection());
        (await OpenAsync("idle", idle)).Dispose();
        var held = await OpenAsync("busy", busy);

        _clock.Advance(TimeSpan.FromMinutes(16));
        await idle.Closed;

        Assert.Equal(1, _pool.Count);
        Assert.Equal(0, busy.Disposals);
        held.Dispose();
        held.Dispose();
        _clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(1, _pool.Count);
        _clock.Advance(TimeSpan.FromMinutes(12));
        await busy.Closed;
        Assert.Equal(0, _pool.Count);
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task RentAsync_AtTheCap_OldestIdleMakesRoom()
    {
        var (oldest, newer) = (new FakeConnection(), new FakeConnection());
        (await OpenAsync("oldest", oldest)).Dispose();
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await OpenAsync("newer", newer)).Dispose();

        await OpenAsync("third", new FakeConnection());

        await oldest.Closed;
        Assert.Equal(0, newer.Disposals);
        Assert.Equal(2, _pool.Count);
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task RentAsync_AtTheCap_DeadSessionMakesRoomBeforeAnOlderOneThatLives()
    {
        var (living, dead) = (new FakeConnection(), new FakeConnection());
        (await OpenAsync("living", living)).Dispose();
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await OpenAsync("dead", dead)).Dispose();
        dead.IsGone = true;

        await OpenAsync("third", new FakeConnection());

        await dead.Closed;
        Assert.Equal(0, living.Disposals);
        Assert.Equal(2, _pool.Count);
    }

    /// <summary>Its process is gone, whoever has not noticed that yet.</summary>
    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task RentAsync_AtTheCapAndADeadSessionInUse_IsNotRefused()
    {
        var dead = new FakeConnection();
        var held = await OpenAsync("p", dead);
        await OpenAsync("q", new FakeConnection());
        dead.IsGone = true;

        Assert.NotNull(await OpenAsync("r", new FakeConnection()));
        Assert.Equal(0, dead.Disposals);
        held.Dispose();
        await dead.Closed;
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task RentAsync_AtTheCapAndAllBusy_IsRefusedUntilOneIsFree()
    {
        var held = await OpenAsync("p", new FakeConnection());
        await OpenAsync("q", new FakeConnection());

        Assert.Equal(FaultReasons.Busy, (await RentAsync("r")).Fault!.Reason);
        Assert.Equal(2, _connector.Attempts);
        held.Dispose();
        Assert.NotNull(await OpenAsync("r", new FakeConnection()));
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task RentAsync_EvictedSessionStillOpens_DoesNotKeepTheCallerWaiting()
    {
        using var cancellation = new CancellationTokenSource();
        var abandoned = _pool.RentAsync(new Owner("p").Key, new Owner("p"), _reported.Add, cancellation.Token).AsTask();
        var hanging = await _connector.NextAsync();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
        var held = await OpenAsync("q", new FakeConnection());

        Assert.NotNull(await OpenAsync("r", new FakeConnection()));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging.Task.WaitAsync(Longest, TestContext.Current.CancellationToken));
        held.Dispose();
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task Abandon_OthersWaitForTheOpening_ItEndsWithTheLastOfThem()
    {
        using var first = new CancellationTokenSource();
        using var last = new CancellationTokenSource();
        var owner = new Owner("p");
        Task[] waiting = [.. new[] { first, last }.Select(one => _pool.RentAsync(owner.Key, owner, _reported.Add, one.Token).AsTask())];
        var hanging = await _connector.NextAsync();

        _pool.Abandon(owner.Key, isTold: false);
        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting[0]);
        Assert.False(hanging.Task.IsCompleted);
        await last.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging.Task.WaitAsync(Longest, TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task WhenBegun_OthersAreOpened_EndsWithItsTurn()
    {
        var server = SampleServers.Of("a");
        await using var pool = new SessionPool(_connector, server, server.Endpoints[0], Options.Create(new UpstreamOptions { MaxConcurrentDiscoveries = 1 }), _clock);
        var (one, two) = (new Owner("p"), new Owner("q"));
        var first = pool.RentAsync(one.Key, one, _reported.Add, CancellationToken.None).AsTask();
        var attempt = await _connector.NextAsync();
        await pool.WhenBegun(one.Key);
        var second = pool.RentAsync(two.Key, two, _reported.Add, CancellationToken.None).AsTask();
        var begun = pool.WhenBegun(two.Key);

        // That it has to wait has no other sign than that it does.
        await Task.WhenAny(begun, Task.Delay(100, TestContext.Current.CancellationToken));
        Assert.False(begun.IsCompleted);

        attempt.SetResult(new FakeConnection());
        await begun.WaitAsync(Longest, TestContext.Current.CancellationToken);
        (await _connector.NextAsync()).SetResult(new FakeConnection());
        (await first).Lease!.Dispose();
        (await second).Lease!.Dispose();
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task Report_DeadSession_IsReplacedAndClosesWithItsLastUser()
    {
        var dead = new FakeConnection();
        var first = await OpenAsync("p", dead);
        var second = (await RentAsync("p")).Lease!;
        first.Report(new UpstreamFault(FaultReasons.Timeout, "slow"));
        Assert.Equal(1, _pool.Count);
        first.Report(Down);
        first.Report(Down);
        first.Dispose();

        Assert.Equal(0, dead.Disposals);
        var next = await OpenAsync("p", new FakeConnection());
        Assert.NotSame(dead, next.Connection);
        second.Report(Down);
        second.Dispose();
        await dead.Closed;
        Assert.Equal(1, dead.Disposals);
        Assert.Equal(1, _pool.Count);
        Assert.Equal(3, _reported.Count);
    }

    /// <summary>A broken stream of Streamable HTTP says nothing about the session, in which the server keeps the caller's state.</summary>
    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task Report_StreamOfASessionThatOutlivesIt_KeepsTheSession()
    {
        var connection = new FakeConnection { Outlives = true };
        using var lease = await OpenAsync("p", connection);
        lease.Report(Down);

        Assert.Single(_reported);
        using (var next = (await RentAsync("p")).Lease!)
        {
            Assert.Same(connection, next.Connection);
        }

        lease.Report(new UpstreamFault(FaultReasons.SessionLost, "lost"));
        Assert.Equal(0, _pool.Count);
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task DisposeAsync_WhileOpening_EndsTheOpeningAndTellsTheCaller()
    {
        var waiting = RentAsync("p");
        await _connector.NextAsync();

        await _pool.DisposeAsync();

        Assert.Equal(FaultReasons.Unreachable, (await waiting).Fault!.Reason);
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task DisposeAsync_Sessions_AreClosedAndLateCallersHearWhy()
    {
        var connection = new FakeConnection();
        var lease = await OpenAsync("p", connection);

        await _pool.DisposeAsync();
        await _pool.DisposeAsync();
        lease.Report(Down);
        lease.Dispose();

        Assert.Equal(1, connection.Disposals);
        Assert.Equal(FaultReasons.Unreachable, (await RentAsync("p")).Fault!.Reason);
    }

    private Task<LeaseResult> RentAsync(string principal) => _pool.RentAsync(new Owner(principal).Key, new Owner(principal), _reported.Add, CancellationToken.None).AsTask();

    private async Task<ConnectionLease> OpenAsync(string principal, FakeConnection connection)
    {
        var renting = RentAsync(principal);
        (await _connector.NextAsync()).SetResult(connection);
        return (await renting).Lease!;
    }
}
