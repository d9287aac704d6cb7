using McpRegistry.Core.Tests.Balancing;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Resilience;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.Resilience;

public sealed class EndpointBreakerTests
{
    private readonly ManualTimeProvider _clock = new();

    [Theory]
    [InlineData(19, 0, CircuitState.Closed)]
    [InlineData(20, 0, CircuitState.Open)]
    [InlineData(20, 20, CircuitState.Open)]
    [InlineData(19, 20, CircuitState.Closed)]
    public void Note_FailuresOfAWindow_OpenByRatioAndThroughput(int failures, int successes, CircuitState expected)
    {
        var breaker = Create(new CircuitBreakerOptions());

        Note(breaker, CircuitVerdict.Success, successes);
        Note(breaker, CircuitVerdict.Failure, failures - 1);
        Note(breaker, CircuitVerdict.Timeout, 1);

        Assert.Equal(expected, breaker.State);
    }

    [Fact]
    public void Note_FailuresOlderThanTheWindow_DoNotCount()
    {
        var breaker = Create(new CircuitBreakerOptions());
        for (var i = 0; i < 40; i++)
        {
            Note(breaker, CircuitVerdict.Failure, 1);
            _clock.Advance(TimeSpan.FromSeconds(3));
        }

        Assert.Equal(CircuitState.Closed, breaker.State);
    }

    [Fact]
    public void Note_ConsecutiveMode_OneSuccessBeginsAnew()
    {
        var breaker = Create(Consecutive);

        Note(breaker, CircuitVerdict.Failure, 2);
        Note(breaker, CircuitVerdict.Success, 1);
        Note(breaker, CircuitVerdict.None, 1);
        Note(breaker, CircuitVerdict.Failure, 2);
        Assert.Equal(CircuitState.Closed, breaker.State);
        Note(breaker, CircuitVerdict.Failure, 1);
        Assert.Equal(CircuitState.Open, breaker.State);
    }

    [Fact]
    public void TryEnter_OpenBreaker_RefusesUntilTheBreakEndsThenLetsOneProbeThrough()
    {
        var breaker = Open();

        Assert.False(breaker.Admits);
        Assert.False(breaker.TryEnter(out _));
        Assert.Equal(TimeSpan.FromSeconds(10), breaker.Wait);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(breaker.Admits);
        Assert.Equal(CircuitState.Open, breaker.State);
        Assert.True(breaker.TryEnter(out var probe));
        Assert.NotEqual(0, probe);
        Assert.False(breaker.Admits);
        Assert.False(breaker.TryEnter(out _));
        Assert.Equal((CircuitState.HalfOpen, 1L, 2L), (breaker.State, breaker.Totals.Probes, breaker.Totals.Refused));
    }

    [Fact]
    public void TryEnter_DueBreakerByManyAtOnce_LetsOneThrough()
    {
        var breaker = Open();
        _clock.Advance(TimeSpan.FromSeconds(10));
        var entered = 0;

        Parallel.For(0, 200, _ => Interlocked.Add(ref entered, breaker.TryEnter(out var _) ? 1 : 0));

        Assert.Equal(1, entered);
    }

    [Fact]
    public void Note_ProbesSucceed_ClosesAfterTheThreshold()
    {
        var breaker = Open();
        _clock.Advance(TimeSpan.FromSeconds(10));

        Probe(breaker, CircuitVerdict.Success);
        Assert.Equal(CircuitState.HalfOpen, breaker.State);
        Probe(breaker, CircuitVerdict.Success);
        Assert.Equal(CircuitState.Closed, breaker.State);
        Note(breaker, CircuitVerdict.Failure, 2);
        Assert.Equal(CircuitState.Closed, breaker.State);
    }

    [Fact]
    public void Note_ProbeFails_OpensForTwiceAsLongUpToTheLongest()
    {
        var breaker = Open();
        var waits = new List<double>();
        for (var i = 0; i < 4; i++)
        {
            waits.Add(breaker.Wait!.Value.TotalSeconds);
            _clock.Advance(breaker.Wait.Value);
            Probe(breaker, CircuitVerdict.Timeout);
        }

        Assert.Equal([10, 20, 40, 45], waits);
    }

    /// <summary>A probe whose client gave up says nothing, and must not keep the endpoint shut.</summary>
    [Fact]
    public void Note_ProbeWithoutVerdict_LetsTheNextOneThrough()
    {
        var breaker = Open();
        _clock.Advance(TimeSpan.FromSeconds(10));

        Probe(breaker, CircuitVerdict.None);

        Assert.Equal(CircuitState.HalfOpen, breaker.State);
        Assert.True(breaker.TryEnter(out _));
    }

    [Fact]
    public void Note_ProbeThatHangs_IsReplacedAndItsLateFailureOpens()
    {
        var breaker = Open();
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(breaker.TryEnter(out var hanging));
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.True(breaker.TryEnter(out var next));

        breaker.Note(hanging, CircuitVerdict.Failure);
        Assert.Equal((CircuitState.Open, TimeSpan.FromSeconds(20)), (breaker.State, breaker.Wait));
        breaker.Note(next, CircuitVerdict.Failure);
        Assert.Equal(TimeSpan.FromSeconds(20), breaker.Wait);
    }

    /// <summary>An endpoint whose calls take longer than a probe keeps others away must not stay half open for ever.</summary>
    [Fact]
    public void Note_ProbesSlowerThanTheirTime_Close()
    {
        var breaker = Open();
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(breaker.TryEnter(out var first));
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.True(breaker.TryEnter(out var second));
        _clock.Advance(TimeSpan.FromSeconds(10));

        breaker.Note(first, CircuitVerdict.Success);
        Assert.Equal(CircuitState.HalfOpen, breaker.State);
        Assert.False(breaker.TryEnter(out _));
        _clock.Advance(TimeSpan.FromSeconds(30));
        breaker.Note(second, CircuitVerdict.Success);

        Assert.Equal(CircuitState.Closed, breaker.State);
    }

    /// <summary>What was let through before the last trip says nothing about what came after it.</summary>
    [Fact]
    public void Note_ProbeOfAnEarlierBreak_ChangesNothing()
    {
        var breaker = Open();
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(breaker.TryEnter(out var old));
        _clock.Advance(TimeSpan.FromSeconds(30));
        Probe(breaker, CircuitVerdict.Failure);
        _clock.Advance(TimeSpan.FromSeconds(20));
        Probe(breaker, CircuitVerdict.Success);

        breaker.Note(old, CircuitVerdict.Success);
        Assert.Equal(CircuitState.HalfOpen, breaker.State);
        breaker.Note(old, CircuitVerdict.Failure);
        Assert.Equal(CircuitState.HalfOpen, breaker.State);
    }

    /// <summary>A late end of a replaced probe must not let two others in at once.</summary>
    [Fact]
    public void Note_ReplacedProbeIsGivenUp_KeepsThePlaceOfItsSuccessor()
    {
        var breaker = Open();
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(breaker.TryEnter(out var first));
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.True(breaker.TryEnter(out _));

        breaker.Note(first, CircuitVerdict.None);

        Assert.False(breaker.TryEnter(out _));
    }

    [Fact]
    public void Note_CallsThatBeganBeforeTheTrip_ChangeNothing()
    {
        var breaker = Open();

        Note(breaker, CircuitVerdict.Success, 100);
        Note(breaker, CircuitVerdict.Failure, 100);

        Assert.Equal(TimeSpan.FromSeconds(10), breaker.Wait);
        Assert.Single(breaker.History.Transitions);
    }

    [Fact]
    public void Note_Disabled_CountsAndStaysClosed()
    {
        var breaker = Create(new CircuitBreakerOptions { Enabled = false });

        Note(breaker, CircuitVerdict.Failure, 1_000);

        Assert.Equal((CircuitState.Closed, 1_000L), (breaker.State, breaker.Totals.Failures));
    }

    [Fact]
    public void Apply_StateOfAnotherReplica_HoldsForTheRestOfItsBreak()
    {
        var there = Open();
        _clock.Advance(TimeSpan.FromSeconds(4));
        var here = Create(Consecutive);

        here.Apply(there.Describe());

        Assert.Equal((CircuitState.Open, TimeSpan.FromSeconds(6)), (here.State, here.Wait));
        _clock.Advance(TimeSpan.FromSeconds(6));
        Probe(here, CircuitVerdict.Failure);
        Assert.Equal(TimeSpan.FromSeconds(20), here.Wait);
    }

    [Fact]
    public void Apply_OlderState_ChangesNothing()
    {
        var breaker = Open();
        var old = breaker.Describe();
        breaker.Apply(breaker.Decide(CircuitState.Closed, "mended"));

        breaker.Apply(old);

        Assert.Equal(CircuitState.Closed, breaker.State);
        Assert.Equal(["3 calls failed in a row.", "mended"], breaker.History.Transitions.Select(static change => change.Reason));
    }

    /// <summary>Nobody but people takes an isolation back, and the same one does not come back when they have.</summary>
    [Fact]
    public void Apply_IsolatedBeforeTheTripHere_IsolatesOnce()
    {
        var breaker = Create(Consecutive);
        var isolated = breaker.Decide(CircuitState.Isolated, "repair");
        _clock.Advance(TimeSpan.FromSeconds(1));
        Note(breaker, CircuitVerdict.Failure, 3);

        Assert.True(breaker.Apply(isolated));
        Assert.Equal(CircuitState.Isolated, breaker.State);
        Assert.True(breaker.Apply(breaker.Decide(CircuitState.Closed, "mended")));
        Assert.False(breaker.Apply(isolated));
        Assert.Equal(CircuitState.Closed, breaker.State);
    }

    [Fact]
    public void Apply_Isolated_StaysUntilItIsClosed()
    {
        var breaker = Create(Consecutive);
        breaker.Apply(breaker.Decide(CircuitState.Isolated, "repair"));
        _clock.Advance(TimeSpan.FromDays(1));

        Assert.False(breaker.TryEnter(out _));
        Assert.Null(breaker.Wait);
        breaker.Apply(breaker.Decide(CircuitState.Closed, null, forget: true));
        Assert.True(breaker.TryEnter(out _));
        Assert.Equal(CircuitState.Closed, Assert.Single(breaker.History.Transitions).State);
    }

    [Fact]
    public void ClosedBreaker_ACall_AllocatesNothing()
    {
        var breaker = Create(new CircuitBreakerOptions());

        Assert.Equal(0, Allocations.Of(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                _ = breaker.Admits && breaker.TryEnter(out _);
                breaker.Note(0, CircuitVerdict.Success);
            }
        }));
    }

    private static CircuitBreakerOptions Consecutive => new()
    {
        Mode = CircuitBreakerMode.ConsecutiveFailures,
        ConsecutiveFailures = 3,
        MaxBreakDuration = TimeSpan.FromSeconds(45),
    };

    private EndpointBreaker Create(CircuitBreakerOptions options)
    {
        var server = SampleServers.Of("a");
        return BalancingSample.Breakers(_clock, options).Take(server, server.Endpoints[0]);
    }

    private EndpointBreaker Open()
    {
        var breaker = Create(Consecutive);
        Note(breaker, CircuitVerdict.Failure, 3);
        Assert.Equal(CircuitState.Open, breaker.State);
        return breaker;
    }

    private static void Note(EndpointBreaker breaker, CircuitVerdict verdict, int times)
    {
        for (var i = 0; i < times; i++)
        {
            breaker.Note(0, verdict);
        }
    }

    private static void Probe(EndpointBreaker breaker, CircuitVerdict verdict)
    {
        Assert.True(breaker.TryEnter(out var probe));
        breaker.Note(probe, verdict);
    }
}
