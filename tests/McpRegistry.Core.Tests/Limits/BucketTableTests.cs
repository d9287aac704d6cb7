using McpRegistry.Limits;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.Limits;

public sealed class BucketTableTests
{
    private const int Capacity = 1000;

    private readonly ManualTimeProvider _clock = new();

    private TokenRate Rate => TokenRate.Create(20, 2, _clock);

    [Fact]
    public void TryTake_FloodOfAddresses_CostsNoMemoryAndOffendersStayEmpty()
    {
        var table = new BucketTable(Capacity, _clock);
        var offender = Key();
        Drain(table, offender);

        for (var address = 0; address < 1_000_000; address++)
        {
            table.TryTake(Key(), Rate, _clock.GetTimestamp(), out _);
            if (address % 10_000 == 0)
            {
                _clock.Advance(TimeSpan.FromMilliseconds(10));
            }
        }

        Assert.Equal(Capacity, table.Count);
        Assert.Equal(0, Allocations.Of(() => table.TryTake(Key(), Rate, _clock.GetTimestamp(), out _)));
        Assert.False(table.TryTake(offender, Rate, _clock.GetTimestamp(), out _));
    }

    [Fact]
    public void TryTake_TableIsFull_FullBucketsMakeRoom()
    {
        var table = new BucketTable(Capacity, _clock);
        for (var address = 0; address < Capacity; address++)
        {
            table.TryTake(Key(), Rate, _clock.GetTimestamp(), out _);
        }

        _clock.Advance(TimeSpan.FromMinutes(1));
        table.TryTake(Key(), Rate, _clock.GetTimestamp(), out _);

        Assert.Equal(1, table.Count);
    }

    [Fact]
    public void TryTake_NoRoom_NewcomersAreLimitedToo()
    {
        var table = new BucketTable(Capacity, _clock);
        for (var address = 0; address < Capacity; address++)
        {
            table.TryTake(Key(), Rate, _clock.GetTimestamp(), out _);
        }

        Assert.Equal(Rate.Capacity, Drain(table, Key()));
    }

    [Fact]
    public async Task Sweep_WhileTokensAreTaken_NoneIsGivenTwice()
    {
        var table = new BucketTable(Capacity, TimeProvider.System);
        var rate = TokenRate.Create(1, 100, TimeProvider.System);
        var keys = Enumerable.Range(0, 200).Select(_ => Key()).ToArray();
        var taken = 0;
        using var sweeping = new CancellationTokenSource();
        var sweeper = Task.Run(() =>
        {
            while (!sweeping.IsCancellationRequested)
            {
                table.Sweep();
            }
        });

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            foreach (var key in keys)
            {
                while (table.TryTake(key, rate, TimeProvider.System.GetTimestamp(), out var _))
                {
                    Interlocked.Increment(ref taken);
                }
            }
        })));
        await sweeping.CancelAsync();
        await sweeper;

        Assert.Equal(keys.Length * rate.Capacity, taken);
    }

    private static BucketKey Key() => new(LimitKind.Address, Guid.CreateVersion7());

    private int Drain(BucketTable table, BucketKey key)
    {
        var taken = 0;
        while (table.TryTake(key, Rate, _clock.GetTimestamp(), out _))
        {
            taken++;
        }

        return taken;
    }
}
