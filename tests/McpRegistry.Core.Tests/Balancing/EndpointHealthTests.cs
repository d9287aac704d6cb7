using McpRegistry.Balancing;
using Xunit;

namespace McpRegistry.Core.Tests.Balancing;

public sealed class EndpointHealthTests
{
    private readonly BalancingSample _sample = new(new BalancingOptions { SlowStart = TimeSpan.Zero }, [1, 1], gates: [new HealthGate()]);

    [Fact]
    public void Failures_TooMany_NoCallsUntilTheTrial()
    {
        Note(failed: true, 9);
        Assert.Equal(EndpointCondition.Healthy, First.Condition);
        Note(failed: true, 1);
        Assert.Equal(EndpointCondition.Unhealthy, First.Condition);
        Assert.Equal([0, 100], _sample.Count(100));

        _sample.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(EndpointCondition.Degraded, First.Condition);
        Assert.InRange(_sample.Count(1_000)[0], 200, 400);

        // The failures before the trial count no more.
        Note(failed: false, 10);
        Assert.Equal(EndpointCondition.Healthy, First.Condition);
        Assert.Equal([50, 50], _sample.Count(100));
    }

    [Fact]
    public void Failures_InTheTrial_EndIt()
    {
        Note(failed: true, 10);
        _sample.Clock.Advance(TimeSpan.FromSeconds(30));
        Note(failed: true, 10);

        Assert.Equal(EndpointCondition.Unhealthy, First.Condition);
        _sample.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(EndpointCondition.Unhealthy, First.Condition);
    }

    /// <summary>Between the two thresholds it stays what it was.</summary>
    [Fact]
    public void Failures_FewerThanEntered_LeaveOnlyBelowTheHalf()
    {
        Note(failed: false, 17);
        Note(failed: true, 3);
        Assert.Equal(EndpointCondition.Degraded, First.Condition);
        Note(failed: false, 39);
        Assert.Equal(EndpointCondition.Degraded, First.Condition);
        Note(failed: false, 2);
        Assert.Equal(EndpointCondition.Healthy, First.Condition);
        Note(failed: true, 1);
        Assert.Equal(EndpointCondition.Healthy, First.Condition);
    }

    [Fact]
    public void Latency_TooHigh_IsDegraded()
    {
        Note(failed: false, 10, TimeSpan.FromSeconds(6));
        Assert.Equal(EndpointCondition.Degraded, First.Condition);

        Note(failed: false, 5, TimeSpan.FromMilliseconds(3_000));
        Assert.Equal(EndpointCondition.Degraded, First.Condition);
        Note(failed: false, 10, TimeSpan.FromMilliseconds(1));
        Assert.Equal(EndpointCondition.Healthy, First.Condition);
    }

    [Fact]
    public void Unhealthy_AllOfThem_AreAskedAllTheSame()
    {
        Note(failed: true, 10);
        for (var i = 0; i < 10; i++)
        {
            _sample.Loads[1].Note(failed: true, TimeSpan.Zero);
        }

        Assert.Equal([50, 50], _sample.Count(100));
    }

    private EndpointLoad First => _sample.Loads[0];

    private void Note(bool failed, int count, TimeSpan latency = default)
    {
        for (var i = 0; i < count; i++)
        {
            First.Note(failed, latency);
        }
    }
}
