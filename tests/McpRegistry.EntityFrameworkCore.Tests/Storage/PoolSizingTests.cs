using McpRegistry.EntityFrameworkCore.PostgreSql.Storage;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

/// <summary>
/// The rules against cases worked out by hand. Numbers are connections in use of a pool of 100 in each sample, so a step of
/// 1 from sample to sample is a slope of exactly 0.01, which is neither rising nor falling.
/// </summary>
public sealed class PoolSizingTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, int[], int> Cases => new()
    {
        { "no sample", [], 20 },
        { "one sample is enough to grow", [81], 25 },
        { "0.8 is not above 0.8", [80], 20 },
        { "the highest counts, not the average", [10, 10, 81, 10], 25 },
        { "high but falling: slope -0.09", [99, 90, 81, 72, 63, 54], 20 },
        { "four samples have no trend, so high grows", [99, 85, 70, 55], 25 },
        { "high and slope exactly -0.01 is not falling", [85, 84, 83, 82, 81], 25 },
        { "average 0.74 and slope 0.02: grows", [70, 72, 74, 76, 78], 25 },
        { "average 0.72 exactly and slope 0.02", [68, 70, 72, 74, 76], 20 },
        { "average 0.76 and slope 0.01 exactly", [74, 75, 76, 77, 78], 20 },
        { "average 0.74 and flat", [74, 74, 74, 74, 74], 20 },
        { "average 0.75 rising but four samples only", [72, 74, 76, 78], 20 },
        { "all below 0.3 and flat: shrinks", [29, 29, 29, 29, 29], 18 },
        { "one sample is enough to shrink", [0], 18 },
        { "0.3 is not below 0.3", [10, 30, 10], 20 },
        { "low but rising: slope 0.05", [5, 10, 15, 20, 25], 20 },
        { "low and slope exactly 0.01 is not rising", [10, 11, 12, 13, 14], 18 },
        { "low and falling: shrinks", [25, 20, 15, 10, 5], 18 },
        { "one peak in the window keeps the size", [1, 1, 31, 1, 1], 20 },
        { "in between", [50, 40, 60, 50, 50], 20 },
    };

    public static TheoryData<int, int, int> Bounds => new()
    {
        // The present size, the use in percent, the recommendation.
        { 95, 90, 100 },
        { 97, 90, 100 },
        { 100, 90, 100 },
        { 150, 90, 150 },
        { 7, 0, 5 },
        { 6, 0, 5 },
        { 5, 0, 5 },
        { 3, 0, 3 },
        { 3, 90, 8 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Recommend_ByHand_IsThatSize(string reason, int[] inUse, int expected)
    {
        Assert.NotEmpty(reason);
        Assert.Equal(expected, new PoolSizing(new PostgreSqlPoolScalingOptions()).Recommend(20, [.. inUse.Select(Sample)]));
    }

    [Theory]
    [MemberData(nameof(Bounds))]
    public void Recommend_NearTheBounds_StaysWithin(int size, int inUse, int expected) =>
        Assert.Equal(expected, new PoolSizing(new PostgreSqlPoolScalingOptions()).Recommend(size, [Sample(inUse, 0)]));

    [Fact]
    public void Recommend_OtherOptions_FollowsThem()
    {
        var sizing = new PoolSizing(new PostgreSqlPoolScalingOptions
        {
            HighUtilisation = 0.5, LowUtilisation = 0.1, GrowBy = 3, ShrinkBy = 4, MaxSize = 22, MinSize = 17,
        });

        Assert.Equal(22, sizing.Recommend(20, [Sample(51, 0)]));
        Assert.Equal(20, sizing.Recommend(20, [Sample(20, 0)]));
        Assert.Equal(17, sizing.Recommend(20, [Sample(9, 0)]));
    }

    private static PoolSample Sample(int inUse, int index) =>
        new(Start + TimeSpan.FromSeconds(30 * index), 100, inUse, TimeSpan.Zero);
}
