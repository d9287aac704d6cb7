using McpRegistry.Balancing;
using Xunit;

namespace McpRegistry.Core.Tests.Balancing;

/// <summary>Calls that an endpoint refuses at once, on a server whose other endpoints take 50 ms for each.</summary>
public sealed class RefusalTests
{
    private static readonly TimeSpan Answer = TimeSpan.FromMilliseconds(50);
    private readonly List<(TimeSpan At, int Ordinal, string Caller)> _running = [];
    private BalancingSample _sample = new(new BalancingOptions(), [1, 1]);
    private TimeSpan _now;

    public static TheoryData<string> Policies => [.. BuiltInPolicies.Names];

    /// <summary>It is asked once in each minute, whatever the policy, and as much as before when its limit is gone.</summary>
    [Theory]
    [MemberData(nameof(Policies))]
    public void Limit_OfOneEndpoint_LeavesItAloneUntilRetryAfter(string policy)
    {
        Begin(new BalancingOptions { Policy = policy });
        Run(20, perSecond: 100, static _ => false);

        var limited = Run(60, perSecond: 100, static ordinal => ordinal == 0, retryAfter: 60);
        Assert.InRange(limited[0], 1, 2);
        Assert.Equal(6_000, limited.Sum());

        var after = Run(60, perSecond: 100, static _ => false);
        Assert.InRange(after[0], 1_500, 4_500);
    }

    [Fact]
    public void Limit_NoRetryAfter_AsksOnceASecond()
    {
        Begin(new BalancingOptions { HealthMinCalls = 10_000 });

        Assert.InRange(Run(30, perSecond: 100, static ordinal => ordinal == 0, retryAfter: 0)[0], 25, 31);
    }

    /// <summary>Rather one that may refuse than none.</summary>
    [Fact]
    public void Limit_OfAllEndpoints_AllAreAskedAllTheSame()
    {
        Begin(new BalancingOptions());

        Assert.Equal([500, 500], Run(10, perSecond: 100, static _ => true, retryAfter: 60));
    }

    [Fact]
    public void Limit_EndpointInASet_IsBackWhenItsTimeIsOver()
    {
        Begin(new BalancingOptions());
        _sample.Loads[0].NoteHoldBack(TimeSpan.FromSeconds(5));
        Assert.Equal([0, 10], _sample.Count(10));

        _sample.Loads[0].NoteHoldBack(TimeSpan.FromSeconds(7));
        _sample.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal([0, 10], _sample.Count(10));
        _sample.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([5, 5], _sample.Count(10));
    }

    /// <summary>An endpoint whose credential is dead: some calls tell of it, then the few of its trials.</summary>
    [Theory]
    [MemberData(nameof(Policies))]
    public void Credential_DeadAtOneEndpoint_LosesItsShareAndGetsItBack(string policy)
    {
        Begin(new BalancingOptions { Policy = policy });
        Run(60, perSecond: 100, static _ => false);

        var dead = Run(120, perSecond: 100, static ordinal => ordinal == 0);
        Assert.Equal(EndpointCondition.Healthy, _sample.Loads[1].Condition);
        Assert.NotEqual(EndpointCondition.Healthy, _sample.Loads[0].Condition);
        Assert.InRange(dead[0], 40, 150);
        Assert.InRange(Run(60, perSecond: 100, static ordinal => ordinal == 0)[0], 1, 60);

        Run(120, perSecond: 100, static _ => false);
        Assert.Equal(EndpointCondition.Healthy, _sample.Loads[0].Condition);
        Assert.InRange(Run(60, perSecond: 100, static _ => false)[0], 1_500, 4_500);
    }

    /// <summary>At a call in ten seconds there are never enough within a window: what was entered by a number of calls is left by one.</summary>
    [Fact]
    public void Credential_MendedWithFewCalls_GetsItsShareBack()
    {
        Begin(new BalancingOptions());
        RunSlowly(60, static _ => false);
        RunSlowly(40, static ordinal => ordinal == 0);
        Assert.Equal(EndpointCondition.Degraded, _sample.Loads[0].Condition);

        RunSlowly(100, static _ => false);
        Assert.Equal(EndpointCondition.Healthy, _sample.Loads[0].Condition);
        Assert.Equal([20, 20], RunSlowly(40, static _ => false));
    }

    [Fact]
    public void Credential_MendedBeforeTheTrialWithFewCalls_TrialEndsByTheNumberOfCalls()
    {
        Begin(new BalancingOptions());
        Note(_sample.Loads[1], taken: 20, refused: 0);
        Note(_sample.Loads[0], taken: 0, refused: 10);
        Assert.Equal(EndpointCondition.Unhealthy, _sample.Loads[0].Condition);

        for (var i = 0; i < 9; i++)
        {
            Pass(TimeSpan.FromMinutes(1));
            Note(_sample.Loads[0], taken: 1, refused: 0);
            Assert.Equal(EndpointCondition.Degraded, _sample.Loads[0].Condition);
        }

        Pass(TimeSpan.FromMinutes(1));
        Note(_sample.Loads[0], taken: 1, refused: 0);
        Assert.Equal(EndpointCondition.Healthy, _sample.Loads[0].Condition);
    }

    /// <summary>Where too few calls come to judge it by, it must not win them all by how fast it refuses them.</summary>
    [Theory]
    [InlineData("least_latency", true)]
    [InlineData("least_latency", false)]
    [InlineData("score", true)]
    [InlineData("score", false)]
    public void Credential_DeadAtOneEndpointWithFewCalls_WinsNothingByIt(string policy, bool wasWell)
    {
        Begin(new BalancingOptions { Policy = policy, HealthMinCalls = 10_000 });
        if (wasWell)
        {
            Run(60, perSecond: 20, static _ => false);
        }

        var counts = Run(600, perSecond: 1, static ordinal => ordinal == 0);

        Assert.InRange(counts[0], 1, 330);
    }

    /// <summary>What all endpoints refuse is their callers' to mend, and no reason to leave one of them out.</summary>
    [Fact]
    public void Credential_DeadEverywhere_NoneIsToBlame()
    {
        Begin(new BalancingOptions());

        Assert.Equal([500, 500], Run(10, perSecond: 100, static _ => true));
        Assert.All(_sample.Loads, static load => Assert.Equal((EndpointCondition.Healthy, 500), (load.Condition, load.Refused)));
    }

    /// <summary>Some calls that only this endpoint refuses: it gets half of its share, and no more than half of those is needed for it to stay so.</summary>
    [Fact]
    public void Refusals_PartOfThem_IsDegradedWithHysteresis()
    {
        Begin(new BalancingOptions());
        Note(_sample.Loads[1], taken: 20, refused: 0);
        var load = _sample.Loads[0];
        Note(load, taken: 10, refused: 9);
        Assert.Equal(EndpointCondition.Healthy, load.Condition);
        Note(load, taken: 0, refused: 2);
        Assert.Equal(EndpointCondition.Degraded, load.Condition);
        Note(load, taken: 14, refused: 0);
        Assert.Equal(EndpointCondition.Degraded, load.Condition);
        Note(load, taken: 1, refused: 0);
        Assert.Equal(EndpointCondition.Healthy, load.Condition);
    }

    /// <summary>Callers of whose calls each endpoint refuses half: one that refuses all is measured against what the others take.</summary>
    [Fact]
    public void Refusals_OthersRefuseHalf_AllIsTooMuch()
    {
        Begin(new BalancingOptions());
        Note(_sample.Loads[1], taken: 12, refused: 8);
        Note(_sample.Loads[0], taken: 0, refused: 10);

        Assert.Equal((EndpointCondition.Unhealthy, EndpointCondition.Healthy), (_sample.Loads[0].Condition, _sample.Loads[1].Condition));
    }

    /// <summary>A caller whose session is here, and whose calls this endpoint refuses: it costs others half of the share at most, in trials too.</summary>
    [Fact]
    public void Refusals_OfOneCallerWhoStays_AreDegradedAtMost()
    {
        Begin(new BalancingOptions());
        for (var i = 0; i < 1_000; i++)
        {
            Note(_sample.Loads[0], taken: i % 50 == 0 ? 1 : 0, refused: 0, $"other:{i}");
            Note(_sample.Loads[0], taken: 0, refused: 1, "pinned");
            Note(_sample.Loads[1], taken: 1, refused: 0, $"other:{i % 7}");
            Assert.NotEqual(EndpointCondition.Unhealthy, _sample.Loads[0].Condition);
        }

        Assert.Equal(EndpointCondition.Degraded, _sample.Loads[0].Condition);
        Assert.InRange(_sample.Count(1_000)[0], 200, 400);

        // What others are refused as well is no longer its own affair.
        for (var i = 0; i < 60; i++)
        {
            Note(_sample.Loads[0], taken: 0, refused: 1, i % 2 == 0 ? "pinned" : "other");
        }

        Assert.Equal(EndpointCondition.Unhealthy, _sample.Loads[0].Condition);
    }

    /// <summary>Nobody is robbed of an endpoint by the only one who calls.</summary>
    [Fact]
    public void Refusals_OfTheOnlyCaller_WhoIsAnsweredElsewhere_AreUnhealthy()
    {
        Begin(new BalancingOptions());
        for (var i = 0; i < 50; i++)
        {
            Note(_sample.Loads[1], taken: 1, refused: 0, "service");
            Note(_sample.Loads[0], taken: 0, refused: 1, "service");
        }

        Assert.Equal(EndpointCondition.Unhealthy, _sample.Loads[0].Condition);

        // Another one is there by the time of the trial.
        Pass(TimeSpan.FromSeconds(30));
        Note(_sample.Loads[1], taken: 1, refused: 0, "other");
        Note(_sample.Loads[0], taken: 0, refused: 20, "service");
        Assert.Equal(EndpointCondition.Degraded, _sample.Loads[0].Condition);
    }

    /// <summary>All refusals go by who made the call, wherever they are noted.</summary>
    [Fact]
    public void Refusals_OfADyingCredential_ManyCallers_AreUnhealthyAfterAsManyAsOfOne()
    {
        Begin(new BalancingOptions());
        Note(_sample.Loads[0], taken: 20, refused: 0);
        Note(_sample.Loads[1], taken: 20, refused: 0);
        for (var i = 0; i < 45; i++)
        {
            Assert.NotEqual(EndpointCondition.Unhealthy, _sample.Loads[0].Condition);
            Note(_sample.Loads[0], taken: 0, refused: 1, $"key:{i}");
        }

        Assert.Equal(EndpointCondition.Unhealthy, _sample.Loads[0].Condition);
    }

    private static void Note(EndpointLoad load, int taken, int refused, string? caller = null)
    {
        for (var i = 0; i < taken; i++)
        {
            load.Note(failed: false, Answer, caller);
        }

        for (var i = 0; i < refused; i++)
        {
            load.NoteRefused(isPassing: false, caller);
        }
    }

    private void Begin(BalancingOptions options)
    {
        options.SlowStart = TimeSpan.FromSeconds(5);
        _sample = new BalancingSample(options, [1, 1], gates: [new HealthGate()]);
    }

    /// <summary>Has calls come evenly, each under way until it is answered; a refusal comes at once, with a time to wait where one is given.</summary>
    private int[] Run(int seconds, int perSecond, Predicate<int> refuses, int? retryAfter = null)
    {
        var counts = new int[2];
        for (var i = 0; i < seconds * perSecond; i++)
        {
            var caller = $"key:{i % 1_000}";
            var chosen = _sample.Pick(caller);
            var load = _sample.Loads[chosen];
            counts[chosen]++;
            if (refuses(chosen))
            {
                load.NoteRefused(isPassing: retryAfter is not null, caller);
                if (retryAfter is { } wait)
                {
                    load.NoteHoldBack(TimeSpan.FromSeconds(wait));
                }
            }
            else
            {
                load.Begin();
                _running.Add((_now + Answer, chosen, caller));
            }

            Pass(TimeSpan.FromSeconds(1.0 / perSecond));
        }

        return counts;
    }

    /// <summary>Has a call come every ten seconds.</summary>
    private int[] RunSlowly(int calls, Predicate<int> refuses)
    {
        var counts = new int[2];
        for (var i = 0; i < calls; i++)
        {
            Pass(TimeSpan.FromSeconds(9));
            var one = Run(1, perSecond: 1, refuses);
            (counts[0], counts[1]) = (counts[0] + one[0], counts[1] + one[1]);
        }

        return counts;
    }

    private void Pass(TimeSpan time)
    {
        var until = _now + time;
        while (_running.Count > 0 && _running[0].At <= until)
        {
            var (at, ordinal, caller) = _running[0];
            _running.RemoveAt(0);
            _sample.Clock.Advance(at - _now);
            _now = at;
            _sample.Loads[ordinal].End();
            _sample.Loads[ordinal].Note(failed: false, Answer, caller);
        }

        _sample.Clock.Advance(until - _now);
        _now = until;
    }
}
