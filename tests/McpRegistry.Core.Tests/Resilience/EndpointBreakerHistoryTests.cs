using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Gateway;
using McpRegistry.Resilience;
using McpRegistry.Servers;
using McpRegistry.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Resilience;

/// <summary>What breakers of one endpoint on several replicas know of each other's past.</summary>
public sealed class EndpointBreakerHistoryTests
{
    private static readonly CircuitBreakerOptions Settings = new() { Mode = CircuitBreakerMode.ConsecutiveFailures, ConsecutiveFailures = 3, SuccessThreshold = 1 };

    private readonly ManualTimeProvider _clock = new();
    private readonly RegisteredServer _server = SampleServers.Of("a");

    [Fact]
    public void TripAndRecovery_InOneInstant_AreInOrderWithTheStateBefore()
    {
        var breaker = Create("one");

        TripAndRecover(breaker);

        Assert.Equal(
            [(CircuitState.Closed, CircuitState.Open), (CircuitState.Open, CircuitState.HalfOpen), (CircuitState.HalfOpen, CircuitState.Closed)],
            breaker.History.Transitions.Select(static change => (change.Before, change.State)));
        Assert.All(breaker.History.Transitions, static change => Assert.Equal("one", change.Instance));
        Assert.Equal(3, breaker.History.Transitions.Select(static change => change.At).Distinct().Count());
        Assert.Equal(breaker.History.Transitions[^1], breaker.Current);
    }

    [Fact]
    public void Apply_StateOfAnother_BringsTheWayThereAndRepeatsNothing()
    {
        var (one, two) = (Create("one"), Create("two"));
        Trip(one);
        two.Apply(one.Describe());
        _clock.Advance(Settings.BreakDuration);
        Probe(one);

        two.Apply(one.Describe());
        two.Apply(one.Describe());
        var restarted = Create("two");
        restarted.Apply(two.Describe());

        Assert.Equal(3, one.History.Transitions.Length);
        Assert.Equal(one.History, two.History);
        Assert.Equal(one.History, restarted.History);
        Assert.Equal((CircuitState.Closed, one.Current), (restarted.State, restarted.Current));
    }

    [Fact]
    public void Apply_OlderStateOfAnother_BringsItsHistoryAlone()
    {
        var (one, two) = (Create("one"), Create("two"));
        Trip(one);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Trip(two);
        var current = two.Current;

        Assert.False(two.Apply(one.Describe()));

        Assert.Equal(["one", "two"], two.History.Transitions.Select(static change => change.Instance));
        Assert.Equal(current, two.Current);
    }

    /// <summary>A version that kept no history tells of the state alone.</summary>
    [Fact]
    public void Apply_StateWithoutHistory_IsAChangeFromTheStateHere()
    {
        var (one, two) = (Create("one"), Create("two"));
        Trip(one);

        two.Apply(one.Describe() with { History = CircuitHistory.Empty });

        Assert.Equal(one.History, two.History);
    }

    /// <summary>What was half open elsewhere is open here, since the trip and not since the probe.</summary>
    [Fact]
    public void Apply_HalfOpenElsewhere_IsTheTripThatIsKnown()
    {
        var (one, two) = (Create("one"), Create("two"));
        Trip(one);
        _clock.Advance(Settings.BreakDuration);
        Assert.True(one.TryEnter(out _));

        two.Apply(one.Describe());

        Assert.Equal((CircuitState.Open, "3 calls failed in a row."), (two.State, two.Current?.Reason));
        Assert.Equal(one.History, two.History);
    }

    [Fact]
    public void Change_ClockBehindThatOfAnother_ComesAfterWhatIsKnown()
    {
        var (one, two) = (Create("one"), Create("two"));
        Trip(one);
        var ahead = one.Describe();
        two.Apply(ahead with
        {
            LastStateChange = ahead.LastStateChange.AddMinutes(1),
            History = CircuitHistory.Of(ahead.History.Transitions.Select(static change => change with { At = change.At.AddMinutes(1) })),
            NextAttempt = _clock.GetUtcNow(),
        });

        Probe(two);

        Assert.Equal(
            [CircuitState.Open, CircuitState.HalfOpen, CircuitState.Closed], two.History.Transitions.Select(static change => change.State));
    }

    [Fact]
    public void Apply_ResetElsewhere_ForgetsWhatWasCountedAndToldHere()
    {
        var (one, two) = (Create("one"), Create("two"));
        TripAndRecover(two);
        one.Apply(two.Describe());
        var before = two.Describe();
        _clock.Advance(TimeSpan.FromSeconds(1));
        var reset = one.Decide(CircuitState.Closed, "mended", forget: true);
        Assert.True(one.Apply(reset));

        Assert.True(two.Apply(reset));

        foreach (var breaker in (EndpointBreaker[])[one, two])
        {
            Assert.Equal("mended", Assert.Single(breaker.History.Transitions).Reason);
            Assert.Equal(0, breaker.Totals.Requests);
        }

        // Whoever comes with the old one brings nothing back, and the same reset twice takes nothing away.
        Trip(two);
        two.Apply(before);
        two.Apply(reset);
        Assert.Equal([CircuitState.Closed, CircuitState.Open], two.History.Transitions.Select(static change => change.State));
        Assert.Equal(3, two.Totals.Failures);
    }

    [Fact]
    public void Decide_Reset_LeavesNoCountsInTheStore()
    {
        var breaker = Create("one");
        TripAndRecover(breaker);

        var closed = breaker.Decide(CircuitState.Closed, "mended");
        var reset = breaker.Decide(CircuitState.Closed, "mended", forget: true);

        Assert.True(closed.TotalRequests > 0 && closed.TotalFailures > 0 && closed is { LastFailure: not null, LastSuccess: not null });
        Assert.Equal((0, 0, 0, null, null), (reset.TotalRequests, reset.TotalFailures, reset.SuccessCount, reset.LastFailure, reset.LastSuccess));
    }

    /// <summary>What the version before has kept.</summary>
    [Fact]
    public void Apply_StateWithoutHistoryThatIsHereAlready_IsNoChange()
    {
        var (one, two) = (Create("one"), Create("two"));
        TripAndRecover(one);

        Assert.True(two.Apply(one.Describe() with { History = CircuitHistory.Empty }));

        Assert.Empty(two.History.Transitions);
        two.Apply(two.Decide(CircuitState.Closed, "looked at"));
        Assert.Equal("looked at", Assert.Single(two.History.Transitions).Reason);
    }

    [Fact]
    public void History_ManyChanges_IsBounded()
    {
        var breaker = Create("one");
        for (var i = 0; i < 100; i++)
        {
            breaker.Apply(breaker.Decide(i % 2 == 0 ? CircuitState.Isolated : CircuitState.Closed, $"{i}"));
        }

        Assert.Equal((20, "99"), (breaker.History.Transitions.Length, breaker.History.Transitions[^1].Reason));
    }

    private EndpointBreaker Create(string instance) =>
        new CircuitBreakers(Options.Create(Settings), _clock, NullLogger<CircuitBreakers>.Instance, Options.Create(new GatewayOptions { InstanceName = instance }))
            .Take(_server, _server.Endpoints[0]);

    private static void Trip(EndpointBreaker breaker)
    {
        for (var i = 0; i < Settings.ConsecutiveFailures; i++)
        {
            breaker.Note(0, CircuitVerdict.Failure);
        }

        Assert.Equal(CircuitState.Open, breaker.State);
    }

    private static void Probe(EndpointBreaker breaker)
    {
        Assert.True(breaker.TryEnter(out var probe));
        breaker.Note(probe, CircuitVerdict.Success);
        Assert.Equal(CircuitState.Closed, breaker.State);
    }

    private void TripAndRecover(EndpointBreaker breaker)
    {
        Trip(breaker);
        _clock.Advance(Settings.BreakDuration);
        Probe(breaker);
    }
}
