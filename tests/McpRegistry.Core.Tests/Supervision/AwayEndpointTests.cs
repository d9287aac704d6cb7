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

/// <summary>Where calls go that come while no endpoint of their server is connected. The test ends each attempt to connect; sessions open at once.</summary>
public sealed class AwayEndpointTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly FakeConnector _connector = new();
    private readonly RegistrySnapshots _snapshots = new();
    private readonly DiscoveryStore _store = new();
    private readonly ServerResilienceOptions _ofServer = new();
    private readonly CircuitBreakers _breakers;
    private readonly ServerSupervisor _supervisor;
    private readonly RegisteredServer _server;

    public AwayEndpointTests()
    {
        var one = SampleServers.Of("a");
        _server = one with { Endpoints = [.. Enumerable.Range(1, 2).Select(i => one.Endpoints[0] with { Id = new Guid(i, 1, 0, new byte[8]) })] };
        var options = Options.Create(new UpstreamOptions());
        var context = new SupervisionContext(
            new CapabilityDiscovery(options, _clock), _store, _snapshots, CacheSample.Cache(_snapshots, _clock), options, _clock, NullLogger<SupervisionContext>.Instance);
        var balancing = BalancingSample.Context(new BalancingOptions { Policy = "round_robin", SlowStart = TimeSpan.Zero }, _clock);
        _breakers = BalancingSample.Breakers(_clock, new CircuitBreakerOptions { Mode = CircuitBreakerMode.ConsecutiveFailures, ConsecutiveFailures = 1 });
        var bounds = new ServerBounds { Options = new ResilienceOptions { Servers = { ["a"] = _ofServer } } };
        _supervisor = new ServerSupervisor(context, _connector, _snapshots, _store, balancing, _breakers, options, _clock, bounds);
    }

    public ValueTask DisposeAsync() => _supervisor.DisposeAsync();

    [Theory(Timeout = TimeLimit.OfATest)]
    [InlineData(false, SessionLoss.Reopen)]
    [InlineData(true, SessionLoss.Reopen)]
    [InlineData(false, SessionLoss.End)]
    public async Task AcquireAsync_AllAreAwayAndAnotherIsBackFirst_SessionStaysWhereItIs(bool listens, SessionLoss loss)
    {
        _ofServer.SessionLoss = loss;
        var (first, second) = await StartAsync();
        var session = await OpenAsync(2);
        var attempts = await LoseAsync(first, second);

        var call = AcquireAsync(listens);
        Assert.Equal([0, listens ? 0 : 1], Connections.Endpoints.Select(static known => known.Load.InFlight));
        await ComeBackAsync(attempts[0]);
        await ComeBackAsync(attempts[1]);

        Assert.Equal(2, Ordinal(await call));
        Assert.Same(session, (await call).Lease!.Connection);
    }

    /// <summary>The call that waited must not open a second session where the first one was.</summary>
    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task AcquireAsync_SessionWentElsewhereMeanwhile_CallFollows()
    {
        var (first, second) = await StartAsync();
        await OpenAsync(2);
        var attempts = await LoseAsync(first, second);

        var call = AcquireAsync();
        await ComeBackAsync(attempts[0]);
        var moved = await AcquireAsync();
        await ComeBackAsync(attempts[1]);

        Assert.Equal((1, 1), (Ordinal(moved), Ordinal(await call)));
        Assert.Same(moved.Lease!.Connection, (await call).Lease!.Connection);
        Assert.Equal([2, 0], Connections.Endpoints.Select(static known => known.Load.InFlight));
    }

    /// <summary>Two calls of a session that has none at the server yet must not open two, of which each would have half of the state.</summary>
    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task AcquireAsync_AllAreAwayAndNoSessionIsOpen_FirstCallsOpenOne()
    {
        await _supervisor.StartAsync(CancellationToken.None);
        _store.Row = _server;
        await _supervisor.SavedAsync(_server, CancellationToken.None);
        var attempts = await AttemptsAsync();
        _connector.Always = static () => new FakeConnection();

        var waiting = AcquireAsync();
        await ComeBackAsync(attempts[1]);
        var opened = await AcquireAsync();
        await ComeBackAsync(attempts[0]);

        Assert.Equal((2, 2), (Ordinal(opened), Ordinal(await waiting)));
        Assert.Same(opened.Lease!.Connection, (await waiting).Lease!.Connection);
    }

    /// <summary>An endpoint that does not come back holds nobody up: who tries again waits for another one, and stays there.</summary>
    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task AcquireAsync_EndpointOfTheSessionDoesNotComeBack_SessionMovesToAnother()
    {
        var (first, second) = await StartAsync();
        await OpenAsync(1);
        var attempts = await LoseAsync(first, second);

        var failed = AcquireAsync();
        attempts[0].SetResult(new UpstreamFault(FaultReasons.Unreachable, "refused"));
        Assert.Equal((1, FaultReasons.Unreachable), (Ordinal(await failed), (await failed).Fault!.Reason));
        var again = AcquireAsync(avoided: _server.Endpoints[0].Id);
        await ComeBackAsync(attempts[1]);
        Assert.Equal(2, Ordinal(await again));

        _connector.Always = null;
        await ComeBackAsync(await PassTimeAsync(_connector.NextAsync().AsTask()));
        Assert.Equal(2, Ordinal(await AcquireAsync()));
    }

    /// <summary>While it may come back nothing is lost; once the call goes to another one its client is told, and nothing is sent there.</summary>
    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task AcquireAsync_EndpointOfASessionThatEndsDoesNotComeBack_OwnerIsToldOnce()
    {
        _ofServer.SessionLoss = SessionLoss.End;
        var (first, second) = await StartAsync();
        await OpenAsync(1);
        var attempts = await LoseAsync(first, second);

        var failed = AcquireAsync();
        attempts[0].SetResult(new UpstreamFault(FaultReasons.Unreachable, "refused"));
        Assert.Equal((1, FaultReasons.Unreachable), (Ordinal(await failed), (await failed).Fault!.Reason));
        var again = AcquireAsync(avoided: _server.Endpoints[0].Id);
        await ComeBackAsync(attempts[1]);

        Assert.Same(SessionPool.Lost, (await again).Fault);
        Assert.Equal(2, Ordinal(await AcquireAsync()));
    }

    /// <summary>The first of the server is dead for good, and the call has no session yet.</summary>
    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task AcquireAsync_AllAreAwayAndTheFirstHasFailedTheCall_WaitsForAnother()
    {
        var (first, second) = await StartAsync();
        var attempts = await LoseAsync(first, second);

        var call = AcquireAsync(avoided: _server.Endpoints[0].Id);
        await ComeBackAsync(attempts[1]);

        Assert.Equal(2, Ordinal(await call));
        attempts[0].SetResult(new UpstreamFault(FaultReasons.Unreachable, "refused"));
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task AcquireAsync_AllAreAwayAndTheSessionsEndpointLetsNoCallThrough_IsRefused()
    {
        var (first, second) = await StartAsync();
        await OpenAsync(2);
        await LoseAsync(first, second);
        _breakers.Find(_server.Endpoints[1].Id)!.Note(0, CircuitVerdict.Failure);

        Assert.Equal((2, FaultReasons.CircuitOpen), (Ordinal(await AcquireAsync()), (await AcquireAsync()).Fault!.Reason));
    }

    private IServerConnections Connections => _snapshots.Current.Servers[_server.Id].Connections;

    private Task<LeaseResult> AcquireAsync(bool listens = false, Guid? avoided = null) =>
        Connections.AcquireAsync(new BalancingSample.Owner("p", "s") { Listens = listens, Avoided = avoided is { } id ? [id] : [] }, CancellationToken.None).AsTask();

    private int Ordinal(LeaseResult result) => 1 + Array.FindIndex([.. _server.Endpoints], endpoint => endpoint.Id == result.EndpointId);

    /// <summary>Opens the session of the calls.</summary>
    private async Task<UpstreamConnection> OpenAsync(int endpoint)
    {
        _connector.Always = static () => new FakeConnection();
        var owner = new BalancingSample.Owner("p", "s") { Endpoint = _server.Endpoints[endpoint - 1].Id };
        using var lease = (await Connections.AcquireAsync(owner, CancellationToken.None)).Lease!;
        return lease.Connection;
    }

    private async Task<(FakeConnection First, FakeConnection Second)> StartAsync()
    {
        await _supervisor.StartAsync(CancellationToken.None);
        _store.Row = _server;
        await _supervisor.SavedAsync(_server, CancellationToken.None);
        var attempts = await AttemptsAsync();
        return (await ComeBackAsync(attempts[0]), await ComeBackAsync(attempts[1]));
    }

    /// <summary>Ends the connections, has them fail once, and returns what tries next.</summary>
    private async Task<FakeConnector.Attempt[]> LoseAsync(params FakeConnection[] connections)
    {
        _connector.Always = null;
        foreach (var connection in connections)
        {
            connection.EndWatch(new UpstreamFault(FaultReasons.Unreachable, "gone"));
            (await _connector.NextAsync()).SetResult(new UpstreamFault(FaultReasons.Unreachable, "refused"));
        }

        await Patience.UntilAsync(() => Connections.Endpoints.All(static known => !known.IsConnected), "the endpoints are away", TestContext.Current.CancellationToken);
        var next = await PassTimeAsync(AttemptsAsync());
        _connector.Always = static () => new FakeConnection();
        return next;
    }

    /// <summary>Moves the clock until an attempt is made: the pause before it begins elsewhere, some time after the endpoint is away.</summary>
    private async Task<T> PassTimeAsync<T>(Task<T> attempt)
    {
        while (!attempt.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        return await attempt;
    }

    /// <summary>Returns the next attempts of both, which are made in any order.</summary>
    private async Task<FakeConnector.Attempt[]> AttemptsAsync()
    {
        var attempts = new FakeConnector.Attempt[2];
        for (var count = 0; count < attempts.Length; count++)
        {
            var attempt = await _connector.NextAsync();
            attempts[_server.Endpoints.IndexOf(attempt.Endpoint)] = attempt;
        }

        return attempts;
    }

    private static async Task<FakeConnection> ComeBackAsync(FakeConnector.Attempt attempt)
    {
        var connection = new FakeConnection { Answers = static (_, _) => new(FakeConnection.Result("""{"tools":[]}""")) };
        attempt.SetResult(connection);
        await connection.Watched;
        return connection;
    }
}
