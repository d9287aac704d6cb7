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

/// <summary>How long a call waits for a session at one of two endpoints that open one session at a time.</summary>
public sealed class SlowSessionTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ManualTimeProvider _clock = new();
    private readonly FakeConnector _connector = new();
    private readonly RegistrySnapshots _snapshots = new();
    private readonly DiscoveryStore _store = new();
    private readonly CircuitBreakers _breakers;
    private readonly ServerSupervisor _supervisor;
    private readonly RegisteredServer _server;

    public SlowSessionTests()
    {
        var one = SampleServers.Of("a");
        _server = one with { Endpoints = [.. Enumerable.Range(1, 2).Select(i => one.Endpoints[0] with { Id = new Guid(i, 1, 0, new byte[8]) })] };
        var options = Options.Create(new UpstreamOptions { MaxConcurrentDiscoveries = 1 });
        var context = new SupervisionContext(
            new CapabilityDiscovery(options, _clock), _store, _snapshots, CacheSample.Cache(_snapshots, _clock), options, _clock, NullLogger<SupervisionContext>.Instance);
        var balancing = BalancingSample.Context(new BalancingOptions { Policy = "round_robin", SlowStart = TimeSpan.Zero }, _clock);
        _breakers = BalancingSample.Breakers(_clock, new CircuitBreakerOptions { Mode = CircuitBreakerMode.ConsecutiveFailures, ConsecutiveFailures = 1 });
        _supervisor = new ServerSupervisor(context, _connector, _snapshots, _store, balancing, _breakers, options, _clock);
    }

    public ValueTask DisposeAsync() => _supervisor.DisposeAsync();

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task AcquireAsync_OpensNoSessionInTime_IsLeftAndNotOpenedAnyFurther()
    {
        await StartAsync();
        var call = AcquireAsync("p", Patience);
        var hanging = await _connector.NextAsync();

        await PassTimeAsync(call, Patience);

        Assert.Equal((FaultReasons.Timeout, hanging.Endpoint.Id), ((await call).Fault!.Reason, (await call).EndpointId));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging.Task.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken));
        Assert.Equal(CircuitState.Open, _breakers.Find(hanging.Endpoint.Id)!.State);
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task AcquireAsync_SessionsOfOthersAreOpenedFirst_TheirTimeIsNotTheEndpoints()
    {
        await StartAsync();
        var first = AcquireAsync("p");
        var hanging = await _connector.NextAsync();
        var beside = AcquireAsync("q");
        (await _connector.NextAsync()).SetResult(new FakeConnection());
        var waiting = AcquireAsync("r", Patience);

        _clock.Advance(4 * Patience);
        hanging.SetResult(new FakeConnection());
        (await _connector.NextAsync()).SetResult(new FakeConnection());

        Assert.Equal((hanging.Endpoint.Id, true), ((await waiting).EndpointId, (await waiting).Granted));
        Assert.NotEqual((await first).EndpointId, (await beside).EndpointId);
    }

    /// <summary>Those who wait behind sessions that hang must not wait for all of them, and the endpoint has failed none of them.</summary>
    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task AcquireAsync_EndpointFailsWhileOthersAreOpenedFirst_IsLeftWithoutBlame()
    {
        await StartAsync();
        var first = AcquireAsync("p");
        var hanging = await _connector.NextAsync();
        var beside = AcquireAsync("q");
        (await _connector.NextAsync()).SetResult(new FakeConnection());
        var waiting = AcquireAsync("r", Patience);
        _breakers.Find(hanging.Endpoint.Id)!.Note(0, CircuitVerdict.Failure);

        _clock.Advance(Patience);

        Assert.Equal((FaultReasons.Busy, true), ((await waiting).Fault!.Reason, (await waiting).Fault!.MayPass));
        var load = Connections.Endpoints[_server.Endpoints.IndexOf(hanging.Endpoint)].Load;
        Assert.Equal((1, 0L), (load.InFlight, load.Failed));
        hanging.SetResult(new FakeConnection());
        Assert.True((await first).Granted && (await beside).Granted);
    }

    /// <summary>Its place is taken back before the endpoint is asked for a session that nobody wants.</summary>
    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task AcquireAsync_CallerGoesAwayWhileOthersAreOpenedFirst_NothingIsOpenedForIt()
    {
        await StartAsync();
        using var leaving = new CancellationTokenSource();
        var first = AcquireAsync("p");
        var hanging = await _connector.NextAsync();
        var beside = AcquireAsync("q");
        (await _connector.NextAsync()).SetResult(new FakeConnection());
        var waiting = AcquireAsync("r", Patience, leaving.Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        var behind = Connections.AcquireAsync(new BalancingSample.Owner("s") { Endpoint = hanging.Endpoint.Id }, CancellationToken.None).AsTask();
        var before = _connector.Attempts;

        _connector.Always = static () => new FakeConnection();
        hanging.SetResult(new FakeConnection());

        Assert.True((await first).Granted && (await beside).Granted && (await behind).Granted);
        Assert.Equal((hanging.Endpoint.Id, before + 1), ((await behind).EndpointId, _connector.Attempts));
    }

    /// <summary>Its endpoint has done its part: a stream that opens late is waited for a while, and no fault of a server without one.</summary>
    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task AcquireAsync_SessionIsOpenAndNotYetHeard_IsNotLeft()
    {
        await StartAsync();
        var patience = TimeSpan.FromMilliseconds(100);
        var call = Connections.AcquireAsync(new BalancingSample.Owner("p") { Profile = ClientProfile.Everything, Patience = patience }, CancellationToken.None).AsTask();
        var silent = new FakeConnection { IsHeardAtOnce = false };
        (await _connector.NextAsync()).SetResult(silent);
        await silent.Watched;

        await PassTimeAsync(call, patience);

        Assert.Same(silent, (await call).Lease?.Connection);
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task AcquireAsync_NoOtherEndpointTakesCalls_IsWaitedFor()
    {
        await StartAsync();
        _breakers.Find(_server.Endpoints[1].Id)!.Note(0, CircuitVerdict.Failure);
        var call = AcquireAsync("p", Patience);
        var slow = await _connector.NextAsync();

        _clock.Advance(Patience);
        slow.TrySetResult(new FakeConnection());

        Assert.True((await call).Granted);
    }

    [Fact(Timeout = TimeLimit.OfATest)]
    public async Task HasOtherThan_EndpointsAndOwners_IsWhetherTheCallCouldGoElsewhere()
    {
        await StartAsync();
        var (one, two) = (_server.Endpoints[0].Id, _server.Endpoints[1].Id);

        Assert.True(Connections.HasOtherThan(one, new BalancingSample.Owner("p")));
        Assert.False(Connections.HasOtherThan(one, new BalancingSample.Owner("p") { Avoided = [two] }));
        Assert.False(Connections.HasOtherThan(one, new BalancingSample.Owner("p") { Endpoint = one }));
        _breakers.Find(two)!.Note(0, CircuitVerdict.Failure);
        Assert.False(Connections.HasOtherThan(one, new BalancingSample.Owner("p")));
        Assert.True(Connections.HasOtherThan(two, new BalancingSample.Owner("p")));
    }

    private IServerConnections Connections => _snapshots.Current.Servers[_server.Id].Connections;

    private Task<LeaseResult> AcquireAsync(string principal, TimeSpan? patience = null, CancellationToken cancellationToken = default) =>
        Connections.AcquireAsync(new BalancingSample.Owner(principal) { Patience = patience }, cancellationToken).AsTask();

    /// <summary>Moves the clock until a call is over: when its waits begin is decided elsewhere.</summary>
    private async Task PassTimeAsync(Task call, TimeSpan step)
    {
        while (!call.IsCompleted)
        {
            _clock.Advance(step);
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    private async Task StartAsync()
    {
        await _supervisor.StartAsync(CancellationToken.None);
        _store.Row = _server;
        await _supervisor.SavedAsync(_server, CancellationToken.None);
        for (var count = 0; count < _server.Endpoints.Length; count++)
        {
            var connection = new FakeConnection(ProtocolEra.Legacy) { Answers = static (_, _) => new(FakeConnection.Result("""{"tools":[]}""")) };
            (await _connector.NextAsync()).SetResult(connection);
            await connection.Watched;
        }
    }
}
