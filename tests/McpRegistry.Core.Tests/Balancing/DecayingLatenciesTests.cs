using McpRegistry.Balancing;
using Xunit;

namespace McpRegistry.Core.Tests.Balancing;

public sealed class DecayingLatenciesTests
{
    private static readonly double[] Parts = [0, 0.5, 0.9, 0.99, 1];
    private readonly DecayingLatencies _latencies = new(TimeSpan.FromSeconds(30));

    [Fact]
    public void TryRead_Nothing_IsNotKnown() => Assert.False(_latencies.TryRead(TimeSpan.FromDays(1), Parts, new TimeSpan[Parts.Length]));

    /// <summary>An eighth is the width of a bucket; nothing may be further off.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    [InlineData(1_000)]
    [InlineData(3_000_000)]
    public void TryRead_EvenValues_AreFoundToAnEighth(int microseconds)
    {
        for (var i = 1; i <= 1_000; i++)
        {
            _latencies.Add(TimeSpan.Zero, TimeSpan.FromMicroseconds((double)microseconds * i));
        }

        var values = Read(TimeSpan.Zero);

        for (var i = 1; i < Parts.Length; i++)
        {
            var expected = TimeSpan.FromMicroseconds(microseconds * 1_000.0 * Parts[i]);
            Assert.InRange(values[i] / expected, 0.875, 1.125);
        }
    }

    [Theory]
    [InlineData(-5, 0, 0.001)]
    [InlineData(0, 0, 0.001)]
    [InlineData(0.001, 0.001, 0.002)]
    [InlineData(0.0079, 0.007, 0.008)]
    [InlineData(0.008, 0.008, 0.009)]
    [InlineData(1e9, 4e6, 5e6)]
    public void TryRead_OneValue_IsWithinItsBucket(double milliseconds, double low, double high)
    {
        _latencies.Add(TimeSpan.Zero, TimeSpan.FromMilliseconds(milliseconds));

        var values = Read(TimeSpan.Zero);

        Assert.All(values, value => Assert.InRange(value.TotalMilliseconds, low, high));
    }

    /// <summary>Ten windows are enough for weights to be scaled down more than once on the way.</summary>
    [Fact]
    public void TryRead_NewValues_DisplaceOldOnes()
    {
        for (var second = 0; second < 3_000; second++)
        {
            _latencies.Add(TimeSpan.FromSeconds(second), TimeSpan.FromMilliseconds(second < 2_700 ? 10 : 100));
        }

        Assert.All(Read(TimeSpan.FromSeconds(3_000))[1..], static value => Assert.InRange(value.TotalMilliseconds, 88, 113));
    }

    [Fact]
    public void TryRead_HalfOfEach_TellsThemApart()
    {
        // After so long what was added at first counts half.
        _latencies.Add(TimeSpan.Zero, TimeSpan.FromMilliseconds(10));
        _latencies.Add(TimeSpan.Zero, TimeSpan.FromMilliseconds(10));
        _latencies.Add(TimeSpan.FromSeconds(30 * Math.Log(2)), TimeSpan.FromMilliseconds(100));

        var values = new TimeSpan[2];
        Assert.True(_latencies.TryRead(TimeSpan.FromSeconds(30), [0.49, 0.51], values));

        Assert.InRange(values[0].TotalMilliseconds, 9, 11.3);
        Assert.InRange(values[1].TotalMilliseconds, 88, 113);
    }

    [Fact]
    public void TryRead_LongAfterTheLast_IsNotKnown()
    {
        _latencies.Add(TimeSpan.Zero, TimeSpan.FromMilliseconds(10));

        Assert.True(_latencies.TryRead(TimeSpan.FromMinutes(1), Parts, new TimeSpan[Parts.Length]));
        Assert.False(_latencies.TryRead(TimeSpan.FromHours(1), Parts, new TimeSpan[Parts.Length]));
    }

    private TimeSpan[] Read(TimeSpan at)
    {
        var values = new TimeSpan[Parts.Length];
        Assert.True(_latencies.TryRead(at, Parts, values));
        return values;
    }
}
