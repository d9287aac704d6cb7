using McpRegistry.Writers;
using Xunit;

namespace McpRegistry.Core.Tests.Writers;

public sealed class BatchWriterTests
{
    private readonly WriterFixture _store = new();

    [Fact]
    public async Task TryWrite_MoreThanABatch_WritesInOrderAndInBatches()
    {
        await using var writer = _store.Create(capacity: 100, batchSize: 4);
        Assert.All(Enumerable.Range(0, 10), item => Assert.True(writer.TryWrite(item)));

        writer.Start();
        await writer.FlushAsync();

        Assert.Equal(Enumerable.Range(0, 10), _store.Written);
        foreach (var length in (int[])[4, 4, 2])
        {
            Assert.Equal(length, (await _store.NextAttemptAsync()).Length);
        }

        Assert.Equal(0, writer.Drops.Total);
    }

    [Fact]
    public async Task TryWrite_FullBatch_IsWrittenWithoutWaitingForTheClock()
    {
        await using var writer = _store.Create(batchSize: 3);
        writer.Start();
        await _store.Time.NextDelayAsync();

        Assert.True(writer.TryWrite(1) && writer.TryWrite(2) && writer.TryWrite(3));

        await ExpectAttemptAsync([1, 2, 3]);
    }

    [Fact]
    public async Task TryWrite_PartialBatch_IsWrittenAfterTheLongestDelay()
    {
        await using var writer = _store.Create();
        writer.Start();
        var delay = await _store.Time.NextDelayAsync();
        Assert.True(writer.TryWrite(1));

        _store.Time.Clock.Advance(delay);

        await ExpectAttemptAsync([1]);
    }

    [Fact]
    public async Task TryWrite_Full_DropsTheNewAndCountsThem()
    {
        await using var writer = _store.Create(capacity: 5);

        var taken = Enumerable.Range(0, 12).Count(item => writer.TryWrite(item));

        Assert.Equal((5, 7), (taken, writer.Drops.Total));
        writer.Start();
        await writer.FlushAsync();
        Assert.Equal([0, 1, 2, 3, 4], _store.Written);
        Assert.True(writer.TryWrite(99));
        Assert.Contains(_store.Logged, entry => entry.Event == 9040 && entry.Message.Contains("lost 7 rows", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TryWrite_DropsAllTheTime_WarnsOnceAMinute()
    {
        await using var writer = _store.Create(capacity: 1);
        writer.Start();
        for (var minute = 0; minute < 2; minute++)
        {
            for (var i = 0; i < 3; i++)
            {
                writer.Drops.Add(1, DropCount.Full);
                await writer.FlushAsync();
            }

            _store.Time.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        await writer.FlushAsync();

        Assert.Equal(["1", "3", "2"], _store.Logged.Where(entry => entry.Event == 9040).Select(entry => entry.Message.Split(' ')[5]));
    }

    [Fact]
    public async Task Write_Fails_KeepsTheBatchAndTriesAgainEverLater()
    {
        _store.IsGated = true;
        await using var writer = _store.Create(capacity: 6, batchSize: 2);
        writer.Start();
        await _store.Time.NextDelayAsync();
        Assert.True(writer.TryWrite(1) && writer.TryWrite(2));
        var waits = new List<TimeSpan>();
        for (var attempt = 0; attempt < 4; attempt++)
        {
            await ExpectAttemptAsync([1, 2]);
            _store.Answer(well: false);
            waits.Add(await _store.Time.NextDelayAsync());
            _store.Time.Clock.Advance(waits[^1]);
        }

        // Behind the batch that fails the queue takes its bound and no more.
        Assert.Equal(6, Enumerable.Range(10, 9).Count(item => writer.TryWrite(item)));
        await ExpectAttemptAsync([1, 2]);
        _store.IsGated = false;
        _store.Answer();
        await writer.FlushAsync();

        Assert.Equal([1, 2, 3, 3], waits.Select(wait => wait.TotalSeconds));
        Assert.Equal([1, 2, 10, 11, 12, 13, 14, 15], _store.Written);
        Assert.Equal(3, writer.Drops.Total);
        Assert.Equal((4, 1), (_store.Logged.Count(entry => entry.Event == 9041), _store.Logged.Count(entry => entry.Event == 9042)));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(1, 16)]
    [InlineData(3, 4, 9)]
    [InlineData(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17)]
    public async Task Write_StoreRefusesRows_WritesAllOthersInOrderAndCountsThem(params int[] refused)
    {
        _store.Refused.UnionWith(refused);
        await using var writer = _store.Create(capacity: 100, batchSize: 16);
        int[] rows = [.. Enumerable.Range(1, 20)];
        Assert.All(rows, row => Assert.True(writer.TryWrite(row)));

        writer.Start();
        await writer.FlushAsync();

        Assert.Equal(rows.Except(refused), _store.Written);
        Assert.Equal(refused.Length, writer.Drops.Total);
        Assert.Equal((refused.Length, 0), (_store.Logged.Count(entry => entry.Event == 9044), _store.Logged.Count(entry => entry.Event == 9041)));
    }

    [Fact]
    public async Task Flush_AfterTheStop_Ends()
    {
        var writer = _store.Create();
        writer.Start();
        await writer.StopAsync();

        await Task.WhenAll(writer.FlushAsync(), writer.FlushAsync());
    }

    [Fact]
    public async Task Stop_RowsWait_WritesThemAndRefusesFurtherOnes()
    {
        var writer = _store.Create();
        writer.Start();
        Assert.True(writer.TryWrite(1) && writer.TryWrite(2) && writer.TryWrite(3));

        await writer.StopAsync();

        Assert.Equal([1, 2, 3], _store.Written);
        Assert.False(writer.TryWrite(4));
        Assert.Equal(1, writer.Drops.Total);
        await writer.StopAsync();
        await writer.FlushAsync();
    }

    [Fact]
    public async Task Stop_StoreHangs_EndsAtTheLimitAndCountsWhatIsLost()
    {
        _store.IsGated = true;
        var writer = _store.Create(batchSize: 2);
        writer.Start();
        Assert.All(Enumerable.Range(0, 5), item => Assert.True(writer.TryWrite(item)));
        await _store.NextAttemptAsync();

        var stopping = writer.StopAsync();
        Assert.False(stopping.IsCompleted);
        _store.Time.Clock.Advance(_store.Options.ShutdownTimeout);
        await stopping;

        Assert.Empty(_store.Written);
        Assert.Equal(5, writer.Drops.Total);
        Assert.Contains(_store.Logged, entry => entry.Event == 9040 && entry.Message.Contains("lost 5 rows", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stop_NeverStarted_CountsWhatWaits()
    {
        var writer = _store.Create();
        Assert.True(writer.TryWrite(1));

        await writer.StopAsync();
        writer.Start();

        Assert.Equal(1, writer.Drops.Total);
        Assert.Empty(_store.Written);
    }

    [Fact]
    public async Task TryWrite_ManyThreadsUntilTheStop_EachIsWrittenOnceOrCounted()
    {
        var writer = _store.Create(capacity: 64, batchSize: 16);
        writer.Start();
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            var own = new List<int>();
            for (var i = 0; i < 20_000; i++)
            {
                if (writer.TryWrite((thread * 20_000) + i))
                {
                    own.Add((thread * 20_000) + i);
                }

                if (thread == 0 && i == 15_000)
                {
                    stop.SetResult();
                }
            }

            return own;
        })).Append(Task.Run(async () =>
        {
            await stop.Task;
            await writer.StopAsync();
            return new List<int>();
        })));

        Assert.Equal(taken.SelectMany(own => own).Order(), _store.Written.Order());
        Assert.Equal(8 * 20_000, _store.Written.Count + writer.Drops.Total);
    }

    private async Task ExpectAttemptAsync(int[] rows) => Assert.Equal(rows, await _store.NextAttemptAsync());
}
