using McpRegistry.Balancing;
using Xunit;

namespace McpRegistry.Core.Tests.Balancing;

public sealed class ConsistentHashTests
{
    private static readonly int[] Weights = [5, 3, 2];

    [Fact]
    public void Pick_ManyKeys_FitTheWeights() =>
        Assert.InRange(BalancingSample.ChiSquare(Of(Weights).Count(principal: KeyOf), Weights), 0, 13.82);

    [Fact]
    public void Pick_AnEndpointLeaves_OnlyItsKeysMove()
    {
        var sample = Of([1, 1, 1, 1, 1]);
        var moved = 0;
        for (var i = 0; i < BalancingSample.Picks; i++)
        {
            var (before, after) = (sample.Pick(KeyOf(i)), sample.Pick(KeyOf(i), null, away: 2));
            Assert.True(before == after || before == 2);
            moved += before == after ? 0 : 1;
        }

        Assert.InRange(moved, 1, BalancingSample.Picks * (0.2 + 0.05));
    }

    [Fact]
    public void Pick_NewInstance_GivesTheSameAnswers()
    {
        var (first, second) = (Of(Weights), Of(Weights));
        second.Pick("something else");

        Assert.All(Enumerable.Range(0, 10_000), i => Assert.Equal(first.Pick(KeyOf(i)), second.Pick(KeyOf(i))));
    }

    /// <summary>Written down: a change of the hash would move the callers of all replicas that are updated one by one.</summary>
    [Fact]
    public void Pick_KnownKeys_StayInTheNextVersion() =>
        Assert.Equal("0200121200", string.Concat(Enumerable.Range(0, 10).Select(i => Of(Weights).Pick(KeyOf(i)))));

    [Fact]
    public void Pick_OneKeyOfAllCalls_IsBounded()
    {
        var sample = Of([1, 1, 1, 1]);
        for (var i = 0; i < 400; i++)
        {
            sample.Loads[sample.Pick("hot")].Begin();
        }

        Assert.Equal(125, sample.Loads.Max(static load => load.InFlight));
        Assert.InRange(sample.Loads.Min(static load => load.InFlight), 0, 100);
    }

    /// <summary>Few calls at once bury nobody.</summary>
    [Fact]
    public void Pick_FewCallsOfOneKey_StayTogether()
    {
        var sample = Of([1, 1, 1, 1]);
        var chosen = new HashSet<int>();
        for (var i = 0; i < 8; i++)
        {
            var one = sample.Pick("p");
            chosen.Add(one);
            sample.Loads[one].Begin();
        }

        Assert.Single(chosen);
    }

    private static string KeyOf(int i) => $"key:{i}";

    private static BalancingSample Of(int[] weights) => new(new BalancingOptions { Policy = "consistent_hash" }, weights);
}
