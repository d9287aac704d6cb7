using System.Collections.Immutable;
using McpRegistry.Routing;
using Xunit;

namespace McpRegistry.Core.Tests.Routing;

public sealed class RouteSpreadTests
{
    private const int Count = 100_000;

    private static readonly ImmutableArray<RouteServer> Servers = [new("a", null, 5), new("b", null, 3), new("c", null, 2)];

    [Fact]
    public void ByWeight_EveryTurn_FollowsTheWeightsClosely()
    {
        var counts = new int[3];
        for (var turn = 0; turn < Count; turn++)
        {
            counts[RouteSpread.ByWeight(Servers, 0b111, RouteRotation.PointOf(turn))]++;

            // Smooth: at no time is a server more than a few calls from its part.
            Assert.True(Math.Abs(counts[2] - ((turn + 1) * 0.2)) < 4, $"turn {turn}: {counts[2]}");
        }

        Assert.InRange(counts[0], 49_990, 50_010);
        Assert.InRange(counts[1], 29_990, 30_010);
    }

    [Fact]
    public void ByWeight_OneIsAway_TheOthersShareByTheirWeights()
    {
        var counts = new int[3];
        for (var turn = 0; turn < Count; turn++)
        {
            counts[RouteSpread.ByWeight(Servers, 0b101, RouteRotation.PointOf(turn))]++;
        }

        Assert.Equal(0, counts[1]);
        Assert.InRange(counts[0], Count * 5 / 7 - 10, Count * 5 / 7 + 10);
    }

    [Fact]
    public void ByTurn_Turns_ComeRound() =>
        Assert.Equal([0, 2, 0, 2], Enumerable.Range(0, 4).Select(static turn => RouteSpread.ByTurn(0b101, turn)));

    [Fact]
    public void ByKey_ManyKeys_FollowTheWeightsAndStay()
    {
        var counts = new int[3];
        for (var i = 0; i < Count; i++)
        {
            var chosen = RouteSpread.ByKey(Servers, 0b111, StableHash.Of($"key:{i}"));
            counts[chosen]++;

            Assert.Equal(chosen, RouteSpread.ByKey(Servers, 0b111, StableHash.Of($"key:{i}")));
        }

        // Six standard deviations of a binomial around its mean.
        Assert.InRange(counts[0], 50_000 - 949, 50_000 + 949);
        Assert.InRange(counts[1], 30_000 - 870, 30_000 + 870);
    }

    [Fact]
    public void ByKey_OneGoes_OnlyItsOwnKeysMove()
    {
        for (var i = 0; i < 10_000; i++)
        {
            var key = StableHash.Of($"key:{i}");
            var before = RouteSpread.ByKey(Servers, 0b111, key);

            Assert.True(before == 1 || RouteSpread.ByKey(Servers, 0b101, key) == before);
        }
    }

    [Theory]
    [InlineData("", 0xf52a15e9a9b5e89bUL)]
    [InlineData("key:1", 0xca4905b1a9b8c1e1UL)]
    public void Of_KnownText_IsTheSameInEveryProcess(string text, ulong expected)
    {
        // Written down once: another value would move every caller at the next start.
        var hash = StableHash.Of(text);

        Assert.True(expected == hash, $"{text}: 0x{hash:x}");
    }
}
