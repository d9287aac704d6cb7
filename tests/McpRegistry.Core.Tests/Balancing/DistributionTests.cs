using McpRegistry.Balancing;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.Balancing;

public sealed class DistributionTests
{
    /// <summary>The 99.9 % quantile of chi-square with 3 degrees of freedom, and with 2.</summary>
    private const double Limit3 = 16.27;
    private const double Limit2 = 13.82;

    private static readonly int[] Weights = [5, 3, 2];

    [Fact]
    public void Weighted_EveryPick_IsCloseToItsPart()
    {
        var sample = Of("weighted", Weights);
        var counts = new int[3];
        for (var i = 1; i <= BalancingSample.Picks; i++)
        {
            counts[sample.Pick()]++;
            for (var e = 0; e < 3; e++)
            {
                Assert.True(Math.Abs(counts[e] - (i * Weights[e] / 10.0)) <= 1, $"pick {i}: {string.Join(' ', counts)}");
            }
        }

        Assert.Equal([50_000, 30_000, 20_000], counts);
    }

    [Fact]
    public void Weighted_OneIsAway_TheOthersShareByWeight() => Assert.Equal([71_429, 0, 28_571], Of("weighted", Weights).Count(away: 1));

    [Fact]
    public void RoundRobin_Turns_ComeRoundInOrder()
    {
        var sample = Of("round_robin", Weights);

        Assert.Equal([0, 1, 2, 0, 1, 2], Enumerable.Range(0, 6).Select(_ => sample.Pick()));
        Assert.Equal([0, 2, 0, 2], Enumerable.Range(0, 4).Select(_ => sample.Pick("p", null, away: 1)));
        Assert.Equal([50_000, 50_000], Of("round_robin", [7, 1]).Count());
    }

    [Theory]
    [InlineData("random")]
    [InlineData("power_of_two_choices")]
    public void Drawn_NothingInFlight_FitsTheWeights(string policy)
    {
        Assert.InRange(BalancingSample.ChiSquare(Of(policy, Weights).Count(), Weights), 0, Limit2);
        Assert.InRange(BalancingSample.ChiSquare(Of(policy, [1, 1, 1, 1]).Count(), 1, 1, 1, 1), 0, Limit3);
    }

    [Theory]
    [InlineData("least_connections")]
    [InlineData("least_latency")]
    [InlineData("score")]
    public void Measured_AllAreEqual_SharesByWeight(string policy) => Assert.Equal([50_000, 30_000, 20_000], Of(policy, Weights).Count());

    /// <summary>Calls that last: at any time each endpoint has its part of those in flight.</summary>
    [Fact]
    public void LeastConnections_CallsThatLast_KeepsThePartsOfThoseInFlight()
    {
        var sample = Of("least_connections", Weights);

        var counts = CountLasting(sample, 100);

        Assert.Equal([50, 30, 20], sample.Loads.Select(static load => load.InFlight), static (expected, actual) => Math.Abs(expected - actual) <= 1);
        Assert.Equal([50_000, 30_000, 20_000], counts, static (expected, actual) => Math.Abs(expected - actual) <= 200);
    }

    /// <summary>By chance alone the fullest of 64 endpoints would have about 15 of 320 calls; of two choices the better leaves few above their 5.</summary>
    [Fact]
    public void TwoChoices_CallsThatLast_NoneIsFarAboveTheMean()
    {
        Assert.InRange(Fullest("random"), 11, 30);
        Assert.InRange(Fullest("power_of_two_choices"), 6, 8);
    }

    /// <summary>The one that takes ten times as long gets about a tenth of the calls of each other one, and none while another is idle.</summary>
    [Fact]
    public void LeastLatency_OneIsSlow_GetsItsPart()
    {
        var sample = Of("least_latency", [1, 1, 1, 1]);
        foreach (var load in sample.Loads)
        {
            load.Note(failed: false, TimeSpan.FromMilliseconds(load.Ordinal == 3 ? 100 : 10));
        }

        Assert.DoesNotContain(3, Enumerable.Range(0, 1000).Select(_ => sample.Pick()));
        var counts = new int[4];
        for (var i = 0; i < 310; i++)
        {
            var chosen = sample.Pick();
            counts[chosen]++;
            sample.Loads[chosen].Begin();
        }

        Assert.Equal([100, 100, 100, 10], counts, static (expected, actual) => Math.Abs(expected - actual) <= 1);
    }

    /// <summary>Of calls that last, <c>(n + 1) / w</c> of those in flight is the inverse of the latency, whatever the number of picks.</summary>
    [Fact]
    public void LeastLatency_CallsThatLast_ArePartedByTheInverseOfTheLatency()
    {
        var sample = Measured("least_latency", [1, 2, 1], [10, 20, 40]);

        var counts = CountLasting(sample, 100);

        // 4 : 4 : 1 of the 103 that the three would have with one more each.
        Assert.Equal([44.8, 44.8, 10.4], sample.Loads.Select(static load => (double)load.InFlight), static (expected, actual) => Math.Abs(expected - actual) <= 1.5);
        Assert.Equal([44_800, 44_800, 10_400], counts, static (expected, actual) => Math.Abs(expected - actual) <= 1_500);
    }

    [Fact]
    public void Score_NothingInFlight_TheFastestGetsAllAndEqualsShareByWeight()
    {
        Assert.Equal([BalancingSample.Picks, 0, 0], Measured("score", Weights, [10, 100, 100]).Count());
        Assert.Equal([62_500, 37_500, 0], Measured("score", Weights, [10, 10, 100]).Count());
    }

    /// <summary>Where the calls in flight outweigh the latency: <c>0.2 + 0.3 / (1 + a / 10)</c> of the faster is <c>0.1 + 0.3 / (1 + b / 10)</c> of the slower one.</summary>
    [Fact]
    public void Score_CallsThatLast_ArePartedWhereTheScoresMeet()
    {
        var sample = Measured("score", [1, 1], [100, 300]);

        var counts = CountLasting(sample, 100);

        // 13 of 100; a hundredth of the score, within which both are equal, is two calls.
        Assert.InRange(sample.Loads[1].InFlight, 11, 15);
        Assert.InRange(counts[1], 11_000, 15_000);
    }

    /// <summary>Nothing is known of it: one call is tried, and no second one before the first has told.</summary>
    [Fact]
    public void LeastLatency_NothingKnown_OneCallIsTried()
    {
        var sample = Of("least_latency", [1, 1]);
        sample.Loads[0].Note(failed: false, TimeSpan.FromMilliseconds(10));

        Assert.Equal(1, sample.Pick());
        sample.Loads[1].Begin();

        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(0, sample.Pick()));
    }

    [Fact]
    public void Score_Formula_IsThatOfTheSpecification()
    {
        var sample = Of("score", [1, 1]);
        var load = sample.Loads[0];
        for (var i = 0; i < 4; i++)
        {
            load.Note(failed: i == 0, TimeSpan.FromMilliseconds(100));
        }

        for (var i = 0; i < 10; i++)
        {
            load.Begin();
        }

        var score = new ScoreBalancer(new BalancingOptions());

        Assert.Equal((0.3 * 0.75) + (0.4 * 0.5) + (0.3 * 0.5), score.Score(load, 1, TimeSpan.Zero), 9);
        Assert.Equal(1.0, score.Score(sample.Loads[1], 1, TimeSpan.Zero), 9);
        Assert.Equal(1, sample.Pick());
    }

    [Fact]
    public void Pick_AnyPolicy_AllocatesNothing()
    {
        var sample = Of("weighted", [5, 3, 2, 1]);
        sample.Loads[0].Connected();
        IEndpointLoad[] all = [.. sample.Loads];
        foreach (var policy in BuiltInPolicies.Names)
        {
            var owner = new BalancingSample.Owner("p") { BalancingPolicy = policy };
            sample.Balancer.Pick(all, owner);
            var allocated = Allocations.Of(() =>
            {
                for (var i = 0; i < 1000; i++)
                {
                    sample.Balancer.Pick(all, owner);
                }
            });

            Assert.True(allocated == 0, policy);
        }
    }

    private static BalancingSample Of(string policy, int[] weights) => new(new BalancingOptions { Policy = policy }, weights);

    /// <summary>Makes endpoints of which one answer each is known.</summary>
    private static BalancingSample Measured(string policy, int[] weights, int[] latencies)
    {
        var sample = Of(policy, weights);
        foreach (var load in sample.Loads)
        {
            load.Note(failed: false, TimeSpan.FromMilliseconds(latencies[load.Ordinal]));
        }

        return sample;
    }

    /// <summary>Counts picks of calls each of which ends when so many others have begun.</summary>
    private static int[] CountLasting(BalancingSample sample, int atOnce)
    {
        var counts = new int[sample.Loads.Length];
        var running = new Queue<int>();
        for (var i = 0; i < BalancingSample.Picks; i++)
        {
            var chosen = sample.Pick();
            counts[chosen]++;
            sample.Loads[chosen].Begin();
            running.Enqueue(chosen);
            if (running.Count > atOnce)
            {
                sample.Loads[running.Dequeue()].End();
            }
        }

        return counts;
    }

    private static int Fullest(string policy)
    {
        var sample = Of(policy, [.. Enumerable.Repeat(1, 64)]);
        var running = new Queue<int>();
        var fullest = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var chosen = sample.Pick();
            sample.Loads[chosen].Begin();
            running.Enqueue(chosen);
            if (running.Count > 320)
            {
                sample.Loads[running.Dequeue()].End();
            }

            fullest = Math.Max(fullest, sample.Loads[chosen].InFlight);
        }

        return fullest;
    }
}
