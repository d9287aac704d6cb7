using McpRegistry.Balancing;
using Xunit;

namespace McpRegistry.Core.Tests.Balancing;

public sealed class TurnRoundTests
{
    [Theory]
    [InlineData(5, 3, 2)]
    [InlineData(5, 1, 1)]
    [InlineData(100, 50, 25)]
    [InlineData(1, 2, 3, 4, 5, 6, 7)]
    public void Turns_OfSeveralRounds_AreThoseOfSmoothWeights(params int[] weights)
    {
        var loads = new BalancingSample(new BalancingOptions(), weights).Loads;
        var (round, balancer) = (TurnRound.Of(loads), new SmoothWeightedBalancer());

        Assert.All(Enumerable.Range(0, 3 * weights.Sum()), i => Assert.Equal(balancer.Pick(loads, default), round[(uint)i]));
    }

    [Fact]
    public void Of_WeightsWithoutCommonDivisor_IsNotKnownWhereItIsLong()
    {
        Assert.True(TurnRound.Of(new BalancingSample(new BalancingOptions(), [2_000, 1_000]).Loads).IsKnown);
        Assert.False(TurnRound.Of(new BalancingSample(new BalancingOptions(), [2_001, 1_000]).Loads).IsKnown);
        Assert.Equal([667, 333], new BalancingSample(new BalancingOptions(), [2_001, 1_000]).Count(1_000));
    }
}
