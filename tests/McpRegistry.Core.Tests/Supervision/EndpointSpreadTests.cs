using McpRegistry.Balancing;
using McpRegistry.Core.Tests.Balancing;
using McpRegistry.Core.Tests.Gateway.Caching;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Resilience;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Supervision;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Supervision;

public sealed partial class EndpointSpreadTests : IAsyncDisposable
{
    private readonly SignallingTimeProvider _clock = new();
    private readonly FakeConnector _connector = new();
    private readonly RegistrySnapshots _snapshots = new();
    private readonly DiscoveryStore _store = new();
    private readonly CircuitBreakers _breakers;
    private readonly ServerSupervisor _supervisor;
    private readonly RegisteredServer _server;

    public EndpointSpreadTests()
    {
        var one = SampleServers.Of("a");
        _server = one with
        {
            Endpoints = [.. Enumerable.Range(1, 4).Select(i => one.Endpoints[0] with { Id = new Guid(i, 1, 0, new byte[8]), Weight = i == 4 ? 0 : 1 })],
        };
        var options = Options.Create(new UpstreamOptions());
        var context = new SupervisionContext(
            new CapabilityDiscovery(options, _clock), _store, _snapshots, CacheSample.Cache(_snapshots, _clock), options, _clock, NullLogger<SupervisionContext>.Instance);
        var balancing = BalancingSample.Context(new BalancingOptions { Policy = "round_robin" }, _clock, [new BreakerGate()]);
        _breakers = BalancingSample.Breakers(_clock, new CircuitBreakerOptions { Mode = CircuitBreakerMode.ConsecutiveFailures, ConsecutiveFailures = 1, SuccessThreshold = 1 });
        _supervisor = new ServerSupervisor(context, _connector, _snapshots, _store, balancing, _breakers, options, _clock);
    }

    public ValueTask DisposeAsync() => _supervisor.DisposeAsync();

    [Fact]
    public async Task AcquireAsync_Calls_AreSpreadOverConnectedEndpointsWithWeight()
    {
        await StartAsync(ProtocolEra.Modern);

        Assert.Equal("1 2 3 1 2 3", await AcquireAsync(6, static i => new($"p{i}")));
    }

    /// <summary>Pages of lists and the like belong together without saying so.</summary>
    [Fact]
    public async Task AcquireAsync_WhatIsNotBalanced_GoesToTheFirst()
    {
        await StartAsync(ProtocolEra.Modern);

        Assert.Equal("1 1 1", await AcquireAsync(3, static _ => new("p") { IsBalanced = false }));
    }

    [Fact]
    public async Task AcquireAsync_EndpointOfARule_Wins()
    {
        await StartAsync(ProtocolEra.Modern);

        Assert.Equal("4 4", await AcquireAsync(2, i => new("p") { Endpoint = _server.Endpoints[3].Id }));
    }

    [Fact]
    public async Task AcquireAsync_OpenSession_StaysWhereItIs()
    {
        await StartAsync(ProtocolEra.Legacy);
        _connector.Always = static () => new FakeConnection();

        Assert.Equal("1 1 1", await AcquireAsync(3, static _ => new("p", "s")));
        Assert.Equal("2 3 2 1", await AcquireAsync(4, static i => new("p", i == 2 ? "t0" : i == 3 ? "s" : $"t{i}")));
    }

    /// <summary>It goes back to its session, so a wait that the endpoint asks for is one that counts.</summary>
    [Fact]
    public async Task HasOther_SessionIsOpen_IsFalse()
    {
        await StartAsync(ProtocolEra.Legacy);
        _connector.Always = static () => new FakeConnection();
        Assert.Equal("1", await AcquireAsync(1, static _ => new("p", "s")));

        Assert.False(Connections.HasOther(new BalancingSample.Owner("p", "s") { Avoided = [_server.Endpoints[0].Id] }));
        Assert.True(Connections.HasOther(new BalancingSample.Owner("p", "t") { Avoided = [_server.Endpoints[0].Id] }));
    }

    /// <summary>A retry would be led back to its session, so there is nothing to leave it for.</summary>
    [Fact]
    public async Task HasOtherThan_SessionIsOpen_IsFalse()
    {
        await StartAsync(ProtocolEra.Legacy);
        _connector.Always = static () => new FakeConnection();
        Assert.Equal("1", await AcquireAsync(1, static _ => new("p", "s")));

        Assert.False(Connections.HasOtherThan(_server.Endpoints[0].Id, new BalancingSample.Owner("p", "s")));
        Assert.True(Connections.HasOtherThan(_server.Endpoints[1].Id, new BalancingSample.Owner("p", "s")));
        Assert.True(Connections.HasOtherThan(_server.Endpoints[0].Id, new BalancingSample.Owner("p", "t")));
    }

    /// <summary>Two calls that come before the session is open must not open two, of which each would have half of the state.</summary>
    [Fact]
    public async Task AcquireAsync_FirstCallsOfASessionAtOnce_OpenOne()
    {
        await StartAsync(ProtocolEra.Legacy);
        _connector.Always = static () => new FakeConnection();
        Task<LeaseResult>? second = null;
        var first = new Interrupted(() => second = Connections.AcquireAsync(new BalancingSample.Owner("p", "s"), CancellationToken.None).AsTask());

        var granted = await Connections.AcquireAsync(first, CancellationToken.None);

        Assert.Equal(granted.EndpointId, (await second!).EndpointId);
        Assert.Same(granted.Lease!.Connection, (await second).Lease!.Connection);
        Assert.Equal(5, _connector.Attempts);
    }

    /// <summary>What is being opened is remembered until it is open, whoever opens it, and no longer.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AcquireAsync_SessionHasEnded_NextOneIsPlacedAnew(bool listens)
    {
        await StartAsync(ProtocolEra.Legacy);
        _connector.Always = static () => new FakeConnection();
        using var ended = new CancellationTokenSource();

        Assert.Equal("1 1", await AcquireAsync(2, i => new("p", "s") { Listens = listens && i == 0, SessionEnded = ended.Token }));
        await ended.CancelAsync();
        Assert.Equal("2 2", await AcquireAsync(2, i => new("p", "s") { Listens = listens && i == 0 }));
    }

    /// <summary>There must not be two sessions, of which calls use one and listeners hear the other.</summary>
    [Fact]
    public async Task AcquireAsync_EndpointOfASessionWasAway_SessionStaysWhereItWentMeanwhile()
    {
        var first = (await StartAsync(ProtocolEra.Legacy))[0];
        _connector.Always = static () => new FakeConnection();
        var watched = (await Connections.AcquireAsync(new BalancingSample.Owner("p", "s") { Listens = true }, CancellationToken.None)).Lease!;
        var told = new EndListener();
        using (watched.Listen(told))
        {
            await ((FakeConnection)watched.Connection).Watched;
            await LoseAsync(first);
            Assert.Equal("2 2", await AcquireAsync(2, static _ => new("p", "s")));
            await told.HasEnded.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        }

        watched.Dispose();
        await ((FakeConnection)watched.Connection).Closed.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        _connector.Always = null;
        var next = _connector.NextAsync();
        _clock.Clock.Advance(TimeSpan.FromSeconds(2));
        var back = new FakeConnection();
        (await next).SetResult(back);
        await back.Watched;

        Assert.Equal("2 2", await AcquireAsync(2, i => new("p", "s") { Listens = i == 0 }));
    }

    /// <summary>While a server is upgraded endpoint by endpoint its catalogue is that of one era, and calls are made in its words.</summary>
    [Fact]
    public async Task AcquireAsync_EndpointsOfTwoEras_NewCallsGoToThoseOfTheFirst()
    {
        await StartAsync(ProtocolEra.Modern, ProtocolEra.Legacy, ProtocolEra.Modern, ProtocolEra.Modern);

        Assert.Equal("1 3 1", await AcquireAsync(3, static i => new($"p{i}")));
        Assert.Equal("candidate other_era candidate no_weight -> ", Explain(new("p")));
    }

    /// <summary>A task, for example, is at a modern endpoint whatever session the client has.</summary>
    [Fact]
    public async Task AcquireAsync_SessionIsOpenAtALegacyEndpoint_WhatIsAtAModernOneGoesThere()
    {
        await StartAsync(ProtocolEra.Legacy, ProtocolEra.Modern, ProtocolEra.Modern, ProtocolEra.Modern);
        _connector.Always = static () => new FakeConnection();

        Assert.Equal("1 3 1", await AcquireAsync(3, i => new("p", "s") { Endpoint = i == 1 ? _server.Endpoints[2].Id : null }));
    }

    [Fact]
    public async Task AcquireAsync_LostEndpoint_GetsNoCall()
    {
        await StartAsync(ProtocolEra.Modern);
        var first = await Connections.AcquireAsync(new BalancingSample.Owner("p"), CancellationToken.None);
        await LoseAsync((FakeConnection)first.Lease!.Connection);

        Assert.Equal(_server.Endpoints[0].Id, first.EndpointId);
        Assert.Equal("not_connected candidate candidate no_weight -> ", Explain(new("p")));
        Assert.Equal("2 3 2 3", await AcquireAsync(4, static _ => new("p")));
    }

    private IServerConnections Connections => _snapshots.Current.Servers[_server.Id].Connections;

    private async Task LoseAsync(FakeConnection connection)
    {
        var always = _connector.Always;
        _connector.Always = null;
        connection.EndWatch(new UpstreamFault(FaultReasons.Unreachable, "gone"));
        (await _connector.NextAsync()).TrySetResult(new UpstreamFault(FaultReasons.Unreachable, "refused"));
        while (await _clock.NextDelayAsync() is var delay && (delay < TimeSpan.FromSeconds(1) || delay > TimeSpan.FromSeconds(1.25)))
        {
            // Other waits than that before the next attempt.
        }

        _connector.Always = always;
    }

    [Fact]
    public async Task AcquireAsync_OpenBreaker_KeepsCallsAwayUntilItsProbe()
    {
        await StartAsync(ProtocolEra.Modern);
        Breaker(1).Note(0, CircuitVerdict.Failure);

        Assert.Equal("1 3 1 3", await AcquireAsync(4, static _ => new("p")));
        Assert.Equal("1 1", await AcquireAsync(2, static _ => new("p") { IsBalanced = false }));
        _clock.Clock.Advance(TimeSpan.FromMinutes(1));
        var probe = await AcquireAsync(2);
        Assert.Equal("3 1 3 1", await AcquireAsync(4, static _ => new("p")));
        probe.Sending();
        probe.Answered(FakeConnection.Result("{}"));

        Assert.Equal(CircuitState.Closed, Breaker(1).State);
    }

    [Fact]
    public async Task IsHeldBack_SomeEndpoints_OnlyWhenAllThatTakeCallsAre()
    {
        await StartAsync(ProtocolEra.Modern);
        Connections.Endpoints[0].Load.NoteHoldBack(TimeSpan.FromSeconds(30));
        Connections.Endpoints[2].Load.NoteHoldBack(TimeSpan.FromSeconds(30));
        Assert.Equal((false, true, false), (Connections.IsHeldBack(null), Connections.IsHeldBack(_server.Endpoints[0].Id), Connections.IsHeldBack(_server.Endpoints[1].Id)));

        // The fourth gets no calls.
        Connections.Endpoints[1].Load.NoteHoldBack(TimeSpan.FromSeconds(30));
        Assert.True(Connections.IsHeldBack(null));
        _clock.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.False(Connections.IsHeldBack(null));
    }

    [Fact]
    public async Task IsHeldBack_EndpointOfTheOtherEraIsNot_IsNoHelp()
    {
        await StartAsync(ProtocolEra.Modern, ProtocolEra.Legacy, ProtocolEra.Modern, ProtocolEra.Modern);
        Connections.Endpoints[0].Load.NoteHoldBack(TimeSpan.FromSeconds(30));
        Assert.False(Connections.IsHeldBack(null));

        Connections.Endpoints[2].Load.NoteHoldBack(TimeSpan.FromSeconds(30));

        Assert.True(Connections.IsHeldBack(null));
    }

    /// <summary>The gate has admitted both for the probe, which only one of them can be.</summary>
    [Fact]
    public async Task AcquireAsync_ProbeTaken_GoesToAnother()
    {
        await StartAsync(ProtocolEra.Modern);
        Breaker(0).Note(0, CircuitVerdict.Failure);
        Breaker(1).Note(0, CircuitVerdict.Failure);
        Breaker(2).Note(0, CircuitVerdict.Failure);
        _clock.Clock.Advance(TimeSpan.FromMinutes(1));

        var chosen = new HashSet<Guid>();
        var leases = new List<ConnectionLease>();
        for (var i = 0; i < 3; i++)
        {
            var granted = await Connections.AcquireAsync(new BalancingSample.Owner("p"), CancellationToken.None);
            leases.Add(granted.Lease!);
            chosen.Add(granted.EndpointId);
        }

        var refused = await Connections.AcquireAsync(new BalancingSample.Owner("p"), CancellationToken.None);
        Assert.Equal((3, FaultReasons.CircuitOpen), (chosen.Count, refused.Fault!.Reason));

        // Their clients have given up, so others may try.
        leases.ForEach(static lease => lease.Dispose());
        Assert.True((await Connections.AcquireAsync(new BalancingSample.Owner("p"), CancellationToken.None)).Granted);
    }

    [Fact]
    public async Task AcquireAsync_AllOpen_IsRefusedWithTheTimeOfTheFirstProbe()
    {
        await StartAsync(ProtocolEra.Modern);
        for (var i = 0; i < 4; i++)
        {
            Breaker(i).Note(0, CircuitVerdict.Failure);
            _clock.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var refused = await Connections.AcquireAsync(new BalancingSample.Owner("p"), CancellationToken.None);

        Assert.Equal((FaultReasons.CircuitOpen, TimeSpan.FromSeconds(6), true), (refused.Fault!.Reason, refused.Fault.RetryAfter!.Value, refused.Fault.MayPass));
        Assert.All(_server.Endpoints, endpoint => Assert.Equal(CircuitState.Open, _breakers.Find(endpoint.Id)!.State));
    }

    /// <summary>What an endpoint has begun is there and nowhere else.</summary>
    [Fact]
    public async Task AcquireAsync_BoundToAnOpenEndpoint_IsRefusedAndNotMoved()
    {
        await StartAsync(ProtocolEra.Legacy);
        _connector.Always = static () => new FakeConnection();
        Assert.Equal("1", await AcquireAsync(1, static _ => new("p", "s")));
        Breaker(0).Note(0, CircuitVerdict.Failure);

        var session = await Connections.AcquireAsync(new BalancingSample.Owner("p", "s"), CancellationToken.None);
        var named = await Connections.AcquireAsync(new BalancingSample.Owner("q", "t") { Endpoint = _server.Endpoints[0].Id }, CancellationToken.None);

        Assert.Equal((FaultReasons.CircuitOpen, FaultReasons.CircuitOpen), (session.Fault!.Reason, named.Fault!.Reason));
        Assert.Equal("2 3", await AcquireAsync(2, static i => new("p", $"u{i}")));
    }

    /// <summary>Neither another endpoint nor one of the other era has what was begun, and nothing counts against those that were not asked.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public async Task AcquireAsync_BoundToWhatIsGone_IsRefusedWithoutBlame(int endpoint)
    {
        await StartAsync(ProtocolEra.Legacy, ProtocolEra.Modern, ProtocolEra.Modern, ProtocolEra.Modern);
        var id = endpoint == 0 ? _server.Endpoints[0].Id : Guid.CreateVersion7();

        var refused = await Connections.AcquireAsync(new BalancingSample.Owner("p", "s") { Endpoint = id, IsBound = true }, CancellationToken.None);

        Assert.Same(EndpointChoice.Gone, refused.Fault);
        Assert.All(Connections.Endpoints, static known => Assert.Equal((0, 0L, CircuitState.Closed), (known.Load.InFlight, known.Load.Total, known.Load.Breaker.State)));
    }

    /// <summary>Which era it speaks is not known before it is connected.</summary>
    [Fact]
    public async Task AcquireAsync_BoundToAnEndpointThatConnectsInTheOtherEra_IsRefusedWithoutBlame()
    {
        await _supervisor.StartAsync(CancellationToken.None);
        _store.Row = _server;
        await _supervisor.SavedAsync(_server, CancellationToken.None);
        var attempt = await _connector.NextAsync();

        var waiting = Connections.AcquireAsync(new BalancingSample.Owner("p", "s") { Endpoint = attempt.Endpoint.Id, IsBound = true }, CancellationToken.None);
        attempt.SetResult(new FakeConnection(ProtocolEra.Legacy));

        Assert.Same(EndpointChoice.Gone, (await waiting).Fault);
        var load = Connections.Endpoints[_server.Endpoints.IndexOf(attempt.Endpoint)].Load;
        Assert.Equal((0, CircuitState.Closed), (load.InFlight, load.Breaker.State));
    }

    /// <summary>Where a session is open says nothing about what another endpoint has begun.</summary>
    [Fact]
    public async Task AcquireAsync_BoundEndpointIsAwayAndASessionIsOpenElsewhere_IsNotMoved()
    {
        var third = (await StartAsync(ProtocolEra.Legacy, ProtocolEra.Modern, ProtocolEra.Modern, ProtocolEra.Modern))[2];
        _connector.Always = static () => new FakeConnection();
        Assert.Equal("1", await AcquireAsync(1, static _ => new("p", "s")));
        await LoseAsync(third);

        var refused = await Connections.AcquireAsync(new BalancingSample.Owner("p", "s") { Endpoint = _server.Endpoints[2].Id, IsBound = true }, CancellationToken.None);

        Assert.Equal((FaultReasons.Unreachable, _server.Endpoints[2].Id), (refused.Fault!.Reason, refused.EndpointId));
    }

    /// <summary>A call that failed there rather goes there once more than nowhere.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AcquireAsync_OthersThanTheFailedOneAreOpen_GoesBackToIt(bool isBalanced)
    {
        await StartAsync(ProtocolEra.Modern);
        Breaker(1).Note(0, CircuitVerdict.Failure);
        Breaker(2).Note(0, CircuitVerdict.Failure);

        Assert.Equal("1 1", await AcquireAsync(2, _ => new("p") { IsBalanced = isBalanced, Avoided = [_server.Endpoints[0].Id] }));
        Assert.Equal("1", await AcquireAsync(1, _ => new("p") { IsBalanced = isBalanced, Avoided = [_server.Endpoints[0].Id, _server.Endpoints[1].Id] }));
    }

    /// <summary>What came of a handshake says nothing about a call that was never sent.</summary>
    [Fact]
    public async Task AcquireAsync_EndpointIsLost_CallHasNotRun()
    {
        var first = (await StartAsync(ProtocolEra.Modern))[0];
        _connector.Always = null;
        first.EndWatch(new UpstreamFault(FaultReasons.Unreachable, "gone", MayHaveRun: true));
        (await _connector.NextAsync()).TrySetResult(new UpstreamFault(FaultReasons.Unreachable, "reset", MayHaveRun: true));
        await Patience.UntilAsync(() => !Connections.Endpoints[0].IsConnected, "the endpoint is lost", TestContext.Current.CancellationToken);

        var refused = await Connections.AcquireAsync(new BalancingSample.Owner("p") { Endpoint = _server.Endpoints[0].Id }, CancellationToken.None);

        Assert.Equal(("reset", false), (refused.Fault!.Message, refused.Fault.MayHaveRun));
    }

    private EndpointBreaker Breaker(int ordinal) => _breakers.Find(_server.Endpoints[ordinal].Id)!;

    private async Task<ConnectionLease> AcquireAsync(int ordinal)
    {
        while (true)
        {
            var granted = await Connections.AcquireAsync(new BalancingSample.Owner("p"), CancellationToken.None);
            if (granted.EndpointId == _server.Endpoints[ordinal - 1].Id)
            {
                return granted.Lease!;
            }

            granted.Lease!.Dispose();
        }
    }

    /// <summary>Connects the endpoints with so many eras, or all with one.</summary>
    private async Task<FakeConnection[]> StartAsync(params ProtocolEra[] eras)
    {
        await _supervisor.StartAsync(CancellationToken.None);
        _store.Row = _server;
        await _supervisor.SavedAsync(_server, CancellationToken.None);
        var connections = new FakeConnection[4];
        for (var count = 0; count < connections.Length; count++)
        {
            // They are tried at once, in whatever order.
            var attempt = await _connector.NextAsync();
            var i = _server.Endpoints.IndexOf(attempt.Endpoint);
            connections[i] = new FakeConnection(eras.Length == 1 ? eras[0] : eras[i]) { Answers = static (_, _) => new(FakeConnection.Result("""{"tools":[]}""")) };
            attempt.SetResult(connections[i]);
        }

        foreach (var connection in connections)
        {
            await connection.Watched;
        }

        return connections;
    }

    private async Task<string> AcquireAsync(int count, Func<int, BalancingSample.Owner> owner)
    {
        var chosen = new int[count];
        for (var i = 0; i < count; i++)
        {
            var result = await Connections.AcquireAsync(owner(i), CancellationToken.None);
            chosen[i] = 1 + Array.FindIndex([.. _server.Endpoints], endpoint => endpoint.Id == result.EndpointId);
            result.Lease!.Dispose();
        }

        return string.Join(' ', chosen);
    }

    private sealed class EndListener : IUpstreamListener
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task HasEnded => _ended.Task;

        public void Notified(UpstreamMessage notification)
        {
            // Only the end matters here.
        }

        public void Missed()
        {
            // Only the end matters here.
        }

        public void Ended(UpstreamFault? fault) => _ended.TrySetResult();
    }

    /// <summary>An owner during whose call something else happens: after its endpoint was chosen, and before its session is in the pool.</summary>
    private sealed class Interrupted(Action happens) : ISessionOwner
    {
        private int _asked;

        public string Principal => "p";

        public bool IsBalanced => true;

        public string? SessionId => "s";

        public CancellationToken SessionEnded => CancellationToken.None;

        public ClientProfile Profile
        {
            get
            {
                if (++_asked == 2)
                {
                    happens();
                }

                return ClientProfile.Plain;
            }
        }
    }
}
