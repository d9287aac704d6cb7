using McpRegistry.Balancing;
using McpRegistry.Core.Tests.Balancing;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Resilience;
using McpRegistry.Servers;
using McpRegistry.Supervision;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Supervision;

public sealed partial class SupervisedEndpointTests : IAsyncDisposable
{
    private static readonly UpstreamFault Refused = new(FaultReasons.Unreachable, "refused");
    private readonly SignallingTimeProvider _clock = new();
    private readonly FakeConnector _connector = new();
    private readonly RecordingListener _listener = new();
    private readonly UpstreamOptions _options = new() { ReconnectDelay = TimeSpan.FromSeconds(1), MaxReconnectDelay = TimeSpan.FromSeconds(30) };
    private readonly ConnectGates _gate;
    private SupervisedEndpoint? _endpoint;

    public SupervisedEndpointTests() => _gate = new ConnectGates(1, _clock);

    public async ValueTask DisposeAsync()
    {
        await (_endpoint?.DisposeAsync() ?? ValueTask.CompletedTask);
        _gate.Dispose();
    }

    [Fact]
    public async Task Start_Failures_WaitTwiceAsLongEachTimeUpToTheLimit()
    {
        var endpoint = Start();
        foreach (var seconds in new[] { 1, 2, 4, 8, 16, 30, 30 })
        {
            (await _connector.NextAsync()).SetResult(Refused);
            Assert.Equal("down unreachable", await _listener.NextAsync());
            Assert.Equal(TimeSpan.FromSeconds(seconds), await _clock.NextDelayAsync());
            var attempts = _connector.Attempts;
            _clock.Clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
            Assert.Equal(attempts, _connector.Attempts);
            _clock.Clock.Advance(TimeSpan.FromTicks(1));
        }

        (await _connector.NextAsync()).SetResult(new FakeConnection());
        Assert.Equal("up", await _listener.NextAsync());
        Assert.Null(endpoint.Fault);
    }

    [Fact]
    public async Task GetAsync_DuringPause_EndsThePause()
    {
        var endpoint = Start();
        (await _connector.NextAsync()).SetResult(Refused);
        await _clock.NextDelayAsync();
        _clock.Clock.Advance(TimeSpan.FromSeconds(1));
        (await _connector.NextAsync()).SetResult(Refused);
        await _clock.NextDelayAsync();

        // Half of the pause of 2 s is over: no attempt was made in the last second.
        _clock.Clock.Advance(TimeSpan.FromSeconds(1));
        var waiting = endpoint.GetAsync(CancellationToken.None).AsTask();
        var connection = new FakeConnection();
        (await _connector.NextAsync()).SetResult(connection);

        Assert.Same(connection, (await waiting).Connection);
    }

    /// <summary>A caller may come between the failure and the pause; the pause must hear of it.</summary>
    [Fact]
    public async Task GetAsync_BetweenFailureAndPause_EndsThePause()
    {
        // Without a delay no caller fails at once; by the time the pause begins it is an hour.
        _options.ReconnectDelay = TimeSpan.Zero;
        _options.MaxReconnectDelay = TimeSpan.FromDays(1);
        var waiting = new TaskCompletionSource<Task<ConnectResult>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var listener = new Reacting(down: () =>
        {
            waiting.TrySetResult(_endpoint!.GetAsync(CancellationToken.None).AsTask());
            _options.ReconnectDelay = TimeSpan.FromHours(1);
        });
        Start(listener: listener);
        (await _connector.NextAsync()).SetResult(Refused);
        var waiter = await waiting.Task;
        var connection = new FakeConnection();
        (await _connector.NextAsync()).SetResult(connection);

        Assert.Same(connection, (await waiter).Connection);
    }

    [Fact]
    public async Task GetAsync_RightAfterAFailure_FailsAtOnce()
    {
        var endpoint = Start();
        var attempt = await _connector.NextAsync();

        // The attempt hung for longer than the delay; what counts is that it ended just now.
        _clock.Clock.Advance(TimeSpan.FromSeconds(25));
        attempt.SetResult(Refused);
        await _clock.NextDelayAsync();

        Assert.Same(Refused, (await endpoint.GetAsync(CancellationToken.None)).Fault);
        Assert.Equal(1, _connector.Attempts);
    }

    [Fact]
    public async Task GetAsync_ManyCallersBeforeTheFirstAttempt_AllGetIt()
    {
        var endpoint = Start();
        var callers = Enumerable.Range(0, 20).Select(_ => endpoint.GetAsync(CancellationToken.None).AsTask()).ToArray();
        var connection = new FakeConnection();
        (await _connector.NextAsync()).SetResult(connection);

        Assert.All(await Task.WhenAll(callers), result => Assert.Same(connection, result.Connection));
    }

    [Fact]
    public async Task Watch_Ends_ReplacesTheConnectionInSilence()
    {
        var endpoint = Start();
        var (first, second) = (new FakeConnection(), new FakeConnection());
        (await _connector.NextAsync()).SetResult(first);
        await first.Watched;
        first.EndWatch(Refused);
        var again = await _connector.NextAsync();

        // Calls still find the old one, open, until its successor is there.
        Assert.Same(first, (await endpoint.GetAsync(CancellationToken.None)).Connection);
        Assert.Equal(0, first.Disposals);
        again.SetResult(second);
        await second.Watched;
        await first.Closed;

        Assert.Same(second, endpoint.Connection);
        Assert.Equal(["up", "up"], [await _listener.NextAsync(), await _listener.NextAsync()]);
        Assert.False(_listener.HasMore());
    }

    [Fact]
    public async Task Watch_EndsAtOnceAgainAndAgain_DoesNotSpin()
    {
        Start();
        for (var quickEnds = 1; quickEnds <= 5; quickEnds++)
        {
            var connection = new FakeConnection();
            (await _connector.NextAsync()).SetResult(connection);
            connection.EndWatch(Refused);
            if (quickEnds > 1)
            {
                var pause = await _clock.NextDelayAsync();
                Assert.Equal(TimeSpan.FromSeconds(1 << (quickEnds - 1)), pause);
                _clock.Clock.Advance(pause);
            }
        }
    }

    [Fact]
    public async Task Watch_EndsAtOnceAfterACallerWaited_DoesNotSpinEither()
    {
        var endpoint = Start();
        var caller = endpoint.GetAsync(TestContext.Current.CancellationToken).AsTask();
        for (var quickEnds = 1; quickEnds <= 2; quickEnds++)
        {
            var connection = new FakeConnection();
            (await _connector.NextAsync()).SetResult(connection);
            connection.EndWatch(Refused);
        }

        Assert.True((await caller).Connected);
        Assert.Equal(TimeSpan.FromSeconds(2), await _clock.NextDelayAsync());
        Assert.Equal(2, _connector.Attempts);
    }

    [Fact]
    public async Task Suspect_UnwatchableConnection_IsReplaced()
    {
        var endpoint = Start();
        var (first, second) = (new FakeConnection(), new FakeConnection());
        (await _connector.NextAsync()).SetResult(first);
        await _listener.NextAsync();
        first.EndWatch(null);

        // Even before the watch began: the connection is up.
        endpoint.Suspect(first);
        (await _connector.NextAsync()).SetResult(second);
        await second.Watched;

        // Calls of the old connection fail late; they say nothing about the new one.
        endpoint.Suspect(first);
        Assert.Same(second, endpoint.Connection);
        Assert.Equal(2, _connector.Attempts);
        endpoint.Suspect(second);
        _clock.Clock.Advance(await _clock.NextDelayAsync());
        await _connector.NextAsync();
    }

    [Fact]
    public async Task Watch_Throws_IsTakenAsTheEnd()
    {
        Start();
        var first = new FakeConnection();
        (await _connector.NextAsync()).SetResult(first);
        first.BreakWatch(new InvalidOperationException("a bug"));

        await _connector.NextAsync();
    }

    [Fact]
    public async Task Connect_Throws_IsAFailureLikeOthers()
    {
        var endpoint = Start();
        (await _connector.NextAsync()).SetException(new InvalidOperationException("a bug"));
        Assert.Equal("down protocol_error", await _listener.NextAsync());
        _clock.Clock.Advance(await _clock.NextDelayAsync());
        var connection = new FakeConnection();
        (await _connector.NextAsync()).SetResult(connection);
        await connection.Watched;

        Assert.Same(connection, endpoint.Connection);
    }

    [Fact]
    public async Task Stdio_Ends_IsDownAtOnceAndStartsAfterAPause()
    {
        var server = Server with { Endpoints = [Server.Endpoints[0] with { Transport = TransportKind.Stdio }] };
        Start(server);
        var first = new FakeConnection();
        (await _connector.NextAsync()).SetResult(first);
        first.EndWatch(new UpstreamFault(FaultReasons.ProcessExited, "gone"));

        Assert.Equal("up", await _listener.NextAsync());
        Assert.Equal("down process_exited", await _listener.NextAsync());
        var pause = await _clock.NextDelayAsync();
        Assert.Equal(1, first.Disposals);
        Assert.Equal(1, _connector.Attempts);
        _clock.Clock.Advance(pause);
        await _connector.NextAsync();
    }

    [Fact]
    public async Task DisposeAsync_InAnyState_ClosesTheConnectionAndTellsWaitingCallers()
    {
        var endpoint = Start();
        var waiting = endpoint.GetAsync(CancellationToken.None).AsTask();
        await _connector.NextAsync();
        await endpoint.DisposeAsync();

        Assert.Equal(FaultReasons.Unreachable, (await waiting).Fault!.Reason);
        await _gate.For(TransportKind.StreamableHttp).EnterAsync(TenantId.Global, isSlow: false, CancellationToken.None);

        // Long after, too: a request may still hold an old snapshot.
        _clock.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(FaultReasons.Unreachable, (await endpoint.GetAsync(CancellationToken.None)).Fault!.Reason);
        _endpoint = null;
    }

    [Fact]
    public async Task DisposeAsync_WhileConnected_ClosesOnce()
    {
        var endpoint = Start();
        var connection = new FakeConnection();
        (await _connector.NextAsync()).SetResult(connection);
        await connection.Watched;

        await endpoint.DisposeAsync();

        Assert.Equal(1, connection.Disposals);
        Assert.Null(endpoint.Connection);
        _endpoint = null;
    }

    /// <summary>A failure during the end must not leave the processes of the principals behind.</summary>
    [Fact]
    public async Task DisposeAsync_WatchFailsMeanwhile_ClosesTheSessionsAndTellsCallers()
    {
        var endpoint = Start();
        var connection = new FakeConnection { CancelledWatchFailure = new InvalidOperationException("a bug") };
        (await _connector.NextAsync()).SetResult(connection);
        await connection.Watched;
        var renting = endpoint.Sessions.RentAsync(new Owner("p").Key, new Owner("p"), _ => { }, CancellationToken.None).AsTask();
        var session = new FakeConnection();
        (await _connector.NextAsync()).SetResult(session);
        (await renting).Lease!.Dispose();

        _endpoint = null;
        await endpoint.DisposeAsync();

        Assert.Equal(1, connection.Disposals);
        Assert.Equal(1, session.Disposals);
        Assert.Null(endpoint.Connection);
        Assert.Equal("up", await _listener.NextAsync());
        Assert.Equal("close failed", await _listener.NextAsync());
    }

    /// <summary>A caller may come between the end of an attempt and its outcome; what the attempt before met is no answer.</summary>
    [Fact]
    public async Task GetAsync_WhileAnAttemptSucceeds_HasTheConnection()
    {
        var waiting = new TaskCompletionSource<Task<ConnectResult>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var listener = new Reacting(connecting: () => waiting.TrySetResult(_endpoint!.GetAsync(CancellationToken.None).AsTask()));
        Start(listener: listener);
        (await _connector.NextAsync()).SetResult(Refused);
        await _clock.NextDelayAsync();
        _clock.Clock.Advance(_options.ReconnectDelay);
        var connection = new FakeConnection();
        (await _connector.NextAsync()).SetResult(connection);

        Assert.Same(connection, (await await waiting.Task).Connection);
    }

    private RegisteredServer Server { get; } = SampleServers.Of("a");

    private SupervisedEndpoint Start(RegisteredServer? server = null, IEndpointListener? listener = null)
    {
        server ??= Server;
        var context = new EndpointContext(_connector, Options.Create(_options), _clock, _gate, () => 0, BalancingSample.Context(new BalancingOptions(), _clock), BalancingSample.Breakers(_clock)) { Gates = new CallGates(new ServerBounds(), _clock) };
        _endpoint = new SupervisedEndpoint(context, server, 0, listener ?? _listener);
        _endpoint.Start();
        return _endpoint;
    }

    private sealed class Reacting(Action? connecting = null, Action? down = null) : IEndpointListener
    {
        public void Connecting(SupervisedEndpoint endpoint) => connecting?.Invoke();

        public void Connected(SupervisedEndpoint endpoint)
        {
        }

        public void Disconnected(SupervisedEndpoint endpoint, UpstreamFault fault) => down?.Invoke();

        public void CloseFailed(Exception exception)
        {
        }

        public void Changed(McpMethod notification)
        {
        }
    }
}
