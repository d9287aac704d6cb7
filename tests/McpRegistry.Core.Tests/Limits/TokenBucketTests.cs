using McpRegistry.Limits;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.Limits;

public sealed class TokenBucketTests
{
    private const int Threads = 16;

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void TryTake_FullBucket_GivesItsCapacityAndThenTheRate()
    {
        var rate = TokenRate.Create(60, 2, _clock);
        var bucket = new TokenBucket();

        Assert.Equal(120, TakeAll(bucket, rate));
        Assert.False(bucket.TryTake(_clock.GetTimestamp(), rate, out var wait));
        Assert.Equal(TimeSpan.FromSeconds(1), _clock.GetElapsedTime(0, wait));
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(5, TakeAll(bucket, rate));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(120, TakeAll(bucket, rate));
    }

    [Fact]
    public async Task TryTake_ManyThreadsWhileTheClockRuns_NeverMoreThanCapacityAndRefill()
    {
        var rate = TokenRate.Create(6000, 1, _clock);
        var bucket = new TokenBucket();
        var taken = 0;
        var running = true;
        var takers = Enumerable.Range(0, Threads).Select(_ => Task.Run(() =>
        {
            do
            {
                if (bucket.TryTake(_clock.GetTimestamp(), rate, out var _) == true)
                {
                    Interlocked.Increment(ref taken);
                }
            }
            while (Volatile.Read(ref running));
        })).ToArray();
        for (var second = 0; second < 20; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Volatile.Write(ref running, false);
        await Task.WhenAll(takers);
        taken += TakeAll(bucket, rate);

        // Filling stops while the bucket is full, so less is possible; more is not.
        Assert.InRange(taken, rate.Capacity, rate.Capacity + (20 * 100));
    }

    [Fact]
    public async Task TryTake_ManyThreadsAtOnce_ExactlyTheCapacity()
    {
        var rate = TokenRate.Create(1000, 2, _clock);
        var bucket = new TokenBucket();

        var taken = await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(() => TakeAll(bucket, rate))));

        Assert.Equal(2000, taken.Sum());
    }

    [Fact]
    public void PutBack_TakenToken_CanBeTakenAgain()
    {
        var rate = TokenRate.Create(60, 1, _clock);
        var bucket = new TokenBucket();
        TakeAll(bucket, rate);

        bucket.PutBack(rate);

        Assert.Equal(1, TakeAll(bucket, rate));
    }

    [Fact]
    public void TryRetire_BucketInUse_Stays()
    {
        var rate = TokenRate.Create(60, 1, _clock);
        var bucket = new TokenBucket();
        bucket.TryTake(_clock.GetTimestamp(), rate, out _);

        Assert.False(bucket.TryRetire(_clock.GetTimestamp()));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(bucket.TryRetire(_clock.GetTimestamp()));
        Assert.Null(bucket.TryTake(_clock.GetTimestamp(), rate, out _));
    }

    private int TakeAll(TokenBucket bucket, TokenRate rate)
    {
        var taken = 0;
        while (bucket.TryTake(_clock.GetTimestamp(), rate, out _) == true)
        {
            taken++;
        }

        return taken;
    }
}
