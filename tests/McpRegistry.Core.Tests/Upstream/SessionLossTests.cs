using McpRegistry.Core.Tests.Supervision;
using McpRegistry.Discovery;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream;

/// <summary>Lost sessions of owners who have none of their own that could end: their next call is told, whatever has found the loss.</summary>
public sealed class SessionLossTests : IAsyncDisposable
{
    private static readonly UpstreamFault Died = new(FaultReasons.ProcessExited, "died", MayHaveRun: true);
    private readonly FakeConnector _connector = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly UpstreamOptions _options = new() { MaxSessionsPerEndpoint = 2 };
    private readonly Owner _owner = new("p");
    private readonly SessionPool _pool;

    public SessionLossTests() => _pool = PoolOf(endsLost: true);

    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    [Fact]
    public async Task Report_ChannelHasEnded_CallIsTold()
    {
        using var lease = await OpenAsync(_owner);
        using var other = (await RentAsync(_owner)).Lease;

        Assert.Equal(SessionPool.Lost with { MayHaveRun = true }, lease.Report(Died));

        // Not repeated in a session that is not the one it was meant for, and told once all the same.
        Assert.Equal(SessionPool.Lost with { MayHaveRun = true }, other!.Report(Died));
        (await OpenAsync(_owner)).Dispose();
    }

    [Fact]
    public async Task Report_LossesAreReopened_FaultStays()
    {
        await using var pool = PoolOf(endsLost: false);
        using var lease = await OpenAsync(_owner, pool: pool);

        Assert.Same(Died, lease.Report(Died));
    }

    [Fact]
    public async Task Report_EraHasChanged_CallIsTold()
    {
        using var lease = await OpenAsync(_owner, new FakeConnection { Outlives = true });

        Assert.True(lease.Report(EraVerdict.Changed).EndsSession);
    }

    [Fact]
    public async Task Report_ByWhoListens_NextCallIsToldOnce()
    {
        var listener = _owner with { Listens = true };
        using var lease = await OpenAsync(listener);
        Assert.Same(Died, lease.Report(Died));

        // It listens to another session, which the call does not take for its own before it is told.
        using var again = await OpenAsync(listener);
        await AssertToldAsync(_owner);
        using var next = (await RentAsync(_owner)).Lease;
        Assert.Same(again.Connection, next!.Connection);
    }

    [Fact]
    public async Task Report_ByWhoListensThenByACall_NextCallIsNotToldAgain()
    {
        using var lease = await OpenAsync(_owner);
        using var listening = (await RentAsync(_owner with { Listens = true })).Lease;
        listening!.Report(Died);

        Assert.True(lease.Report(Died).EndsSession);

        (await OpenAsync(_owner)).Dispose();
    }

    [Fact]
    public async Task RentAsync_ByWhoListensToADeadSession_NextCallIsTold()
    {
        var dead = new FakeConnection();
        (await OpenAsync(_owner, dead)).Dispose();
        dead.IsGone = true;

        (await OpenAsync(_owner with { Listens = true })).Dispose();

        await AssertToldAsync(_owner);
    }

    [Fact]
    public async Task Sweep_SessionHasDied_NextCallIsTold()
    {
        var dead = new FakeConnection();
        (await OpenAsync(_owner, dead)).Dispose();
        _clock.Advance(_options.SessionIdleTimeout * 0.4);
        dead.IsGone = true;
        _clock.Advance(_options.SessionIdleTimeout * 0.2);
        await dead.Closed;

        await AssertToldAsync(_owner);
        (await OpenAsync(_owner)).Dispose();
    }

    [Fact]
    public async Task Sweep_SessionWasNotUsed_IsNoLoss()
    {
        var idle = new FakeConnection();
        (await OpenAsync(_owner, idle)).Dispose();
        _clock.Advance(_options.SessionIdleTimeout * 2);
        await idle.Closed;

        (await OpenAsync(_owner)).Dispose();
    }

    [Fact]
    public async Task Sweep_LossIsOld_IsForgotten()
    {
        using (var lease = await OpenAsync(_owner with { Listens = true }))
        {
            lease.Report(Died);
        }

        _clock.Advance(_options.SessionIdleTimeout * 2);

        (await OpenAsync(_owner)).Dispose();
    }

    /// <summary>Its place goes to another owner, and with it what was kept there.</summary>
    [Fact]
    public async Task RentAsync_NoRoom_DisplacedOwnerIsToldOnce()
    {
        (await OpenAsync(_owner)).Dispose();
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await OpenAsync(new Owner("q"))).Dispose();
        (await OpenAsync(new Owner("r"))).Dispose();

        await AssertToldAsync(_owner);
        (await OpenAsync(_owner)).Dispose();
    }

    [Fact]
    public async Task RentAsync_MoreLossesThanSessions_OldestIsForgotten()
    {
        foreach (var name in new[] { "p", "q", "r" })
        {
            using var lease = await OpenAsync(new Owner(name) { Listens = true });
            lease.Report(Died);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        (await OpenAsync(_owner)).Dispose();
        await AssertToldAsync(new Owner("q"));
        await AssertToldAsync(new Owner("r"));
    }

    /// <summary>Nothing was kept in what its owner never had.</summary>
    [Fact]
    public async Task Abandon_SessionWasNotLent_IsNoLoss()
    {
        using var leaving = new CancellationTokenSource();
        var late = _pool.RentAsync(_owner.Key, _owner, _ => { }, leaving.Token).AsTask();
        var opening = await _connector.NextAsync();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => late);
        opening.SetResult(new FakeConnection());
        await Patience.UntilAsync(() => _pool.IsReady(_owner.Key), "it is open", TestContext.Current.CancellationToken);

        Assert.False(_pool.Abandon(_owner.Key, isTold: true));
        Assert.False(_pool.TakeLoss(_owner.Key));
    }

    /// <summary>Whoever gives it up holds a lock, and what a client's session ends with it runs code of others.</summary>
    [Fact]
    public async Task Abandon_SessionOfAClient_IsToldAfterwards()
    {
        var client = new Client();
        var owner = new Owner("p", "s") { ClientSession = client };
        (await OpenAsync(owner)).Dispose();

        Assert.True(_pool.Abandon(owner.Key, isTold: true));
        Assert.Equal(0, client.Closings);
        _pool.TellLosers();
        Assert.Equal(1, client.Closings);
    }

    private Task<LeaseResult> RentAsync(Owner owner, SessionPool? pool = null) =>
        (pool ?? _pool).RentAsync(owner.Key, owner, _ => { }, TestContext.Current.CancellationToken).AsTask();

    private async Task AssertToldAsync(Owner owner)
    {
        var renting = RentAsync(owner);
        Assert.True(renting.IsCompleted, "Another session is opened without a word.");
        Assert.Same(SessionPool.Lost, (await renting).Fault);
    }

    /// <summary>Has a session opened; one that is told of a loss opens none, and the test ends.</summary>
    private async Task<ConnectionLease> OpenAsync(Owner owner, FakeConnection? connection = null, SessionPool? pool = null)
    {
        var renting = RentAsync(owner, pool);
        if (renting.IsCompleted)
        {
            Assert.Fail($"No session is opened: {(await renting).Fault?.Message ?? "one was there"}");
        }

        (await _connector.NextAsync()).SetResult(connection ?? new FakeConnection());
        return (await renting).Lease!;
    }

    private SessionPool PoolOf(bool endsLost)
    {
        var server = SampleServers.Of("b");
        return new SessionPool(_connector, server, server.Endpoints[0], Options.Create(_options), _clock, endsLost);
    }

    private sealed class Client : IClientSession
    {
        public bool IsBusy => false;

        public int Closings { get; private set; }

        public void Close() => Closings++;
    }
}
