using McpRegistry.EntityFrameworkCore.PostgreSql.Storage;
using Npgsql;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

public sealed class PoolHistoryTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Add_MoreThanTheCapacity_KeepsTheLast()
    {
        var history = new PoolHistory(1440);
        for (var i = 0; i < 1500; i++)
        {
            history.Add(new PoolSample(Start.AddSeconds(30 * i), 10, i % 10, TimeSpan.Zero));
        }

        var kept = history.After(DateTimeOffset.MinValue);

        Assert.Equal(1440, kept.Count);
        Assert.Equal(Start.AddSeconds(30 * 60), kept[0].At);
        Assert.Equal(Start.AddSeconds(30 * 1499), kept[^1].At);
    }

    [Fact]
    public void After_AMoment_LeavesOutThatMoment()
    {
        var history = new PoolHistory(10);
        history.Add(new PoolSample(Start, 10, 1, TimeSpan.Zero));
        history.Add(new PoolSample(Start.AddSeconds(1), 10, 2, TimeSpan.Zero));

        Assert.Equal(2, Assert.Single(history.After(Start)).InUse);
    }

    [Fact]
    public async Task Report_ByHand_CountsTheLastHourOnly()
    {
        await using var pool = new PostgreSqlPool("read", new NpgsqlConnectionStringBuilder("Host=nowhere"), 20, null);
        var history = new PoolHistory(10);
        history.Add(new PoolSample(Start, 10, 10, TimeSpan.FromSeconds(9)));
        history.Add(new PoolSample(Start.AddMinutes(1), 10, 2, TimeSpan.Zero));
        history.Add(new PoolSample(Start.AddMinutes(2), 20, 18, TimeSpan.FromMilliseconds(10)));
        history.Add(new PoolSample(Start.AddMinutes(3), 20, 8, TimeSpan.FromMilliseconds(20)));

        var report = history.Report(pool, Start.AddMinutes(60));

        Assert.Equal(("read", 20, 0, 3), (report.Name, report.Size, report.InUse, report.Samples));
        Assert.Equal(0.5, report.AverageUtilisation, 9);
        Assert.Equal(0.9, report.PeakUtilisation, 9);
        Assert.Equal(TimeSpan.FromMilliseconds(15), report.AverageWait);
    }

    [Fact]
    public void TakeAverage_SeveralWaits_IsTheirAverageOnce()
    {
        var waits = new PoolWaits();
        waits.Add(TimeSpan.FromMilliseconds(10));
        waits.Add(TimeSpan.FromMilliseconds(30));

        Assert.Equal(TimeSpan.FromMilliseconds(20), waits.TakeAverage());
        Assert.Equal(TimeSpan.Zero, waits.TakeAverage());
    }
}
