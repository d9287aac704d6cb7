using McpRegistry.Balancing;
using Xunit;

namespace McpRegistry.Core.Tests.Balancing;

public sealed class WeightTableTests
{
    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(5, 3, 2)]
    [InlineData(1, 1, 1_000_000)]
    [InlineData(1_000_000, 1, 1)]
    [InlineData(1_000_000, 1, 1_000_000)]
    public void At_AnyPoint_IsWhatAddingUpTheWeightsFinds(params int[] weights)
    {
        var loads = new BalancingSample(new BalancingOptions(), weights).Loads;
        var table = new WeightTable(loads);
        for (var i = 0; i < 1_000; i++)
        {
            var point = i / 1_000.0;
            Assert.Equal(WeightedDraw.At(loads, point), table.At(point));
            for (var without = 0; without < loads.Length; without++)
            {
                Assert.Equal(WeightedDraw.At(loads, point, without), table.At(point, without));
            }
        }
    }

    [Fact]
    public void At_TheLastPoint_IsTheLast()
    {
        var loads = new BalancingSample(new BalancingOptions(), [.. Enumerable.Repeat(1_000_000, 64)]).Loads;

        Assert.Equal((63, 62), (new WeightTable(loads).At(Math.BitDecrement(1.0)), new WeightTable(loads).At(Math.BitDecrement(1.0), 63)));
    }
}
