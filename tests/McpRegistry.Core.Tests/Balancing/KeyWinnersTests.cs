using McpRegistry.Balancing;
using Xunit;

namespace McpRegistry.Core.Tests.Balancing;

public sealed class KeyWinnersTests
{
    private readonly KeyWinners _winners = new();

    [Theory]
    [InlineData(0)]
    [InlineData(ulong.MaxValue)]
    public void Find_NeverKept_IsNone(ulong key) => Assert.Equal(-1, _winners.Find(key));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(ulong.MaxValue, 63)]
    [InlineData(1UL << 63, 5)]
    public void Find_Kept_IsFoundForThatKeyOnly(ulong key, int index)
    {
        _winners.Keep(key, index);

        Assert.Equal(index, _winners.Find(key));
        Assert.All(Enumerable.Range(0, 64), bit => Assert.Equal(-1, _winners.Find(key ^ (1UL << bit))));
    }

    [Fact]
    public void Keep_AnotherKeyOfTheSlot_TakesItsPlace()
    {
        _winners.Keep(7, 1);
        _winners.Keep(7 + (1UL << 40), 2);

        Assert.Equal((-1, 2), (_winners.Find(7), _winners.Find(7 + (1UL << 40))));
    }
}
