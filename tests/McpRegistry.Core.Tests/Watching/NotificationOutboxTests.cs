using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Snapshots;
using McpRegistry.TestSupport;
using McpRegistry.Watching;
using Xunit;

namespace McpRegistry.Core.Tests.Watching;

public sealed class NotificationOutboxTests : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private readonly ManualTimeProvider _clock = new();
    private readonly NotificationOutbox _outbox;

    public NotificationOutboxTests() => _outbox = new NotificationOutbox(Pause, 3, _clock);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _outbox.Dispose();

    [Fact]
    public async Task Changed_BurstOfOneKind_IsToldOnceWhenTheFirstIsOldEnough()
    {
        _outbox.Changed(ListKinds.Tools);
        var taking = _outbox.TakeAsync(Cancellation);
        _clock.Advance(TimeSpan.FromMilliseconds(200));
        _outbox.Changed(ListKinds.Tools);
        _clock.Advance(TimeSpan.FromMilliseconds(49));
        Assert.False(taking.IsCompleted);

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(ListKinds.Tools, (await taking).Lists);
        await AssertNothingAsync();
    }

    [Fact]
    public async Task Changed_TwoKinds_HaveTheirOwnPauses()
    {
        _outbox.Changed(ListKinds.Tools);
        _clock.Advance(TimeSpan.FromMilliseconds(200));
        _outbox.Changed(ListKinds.Prompts);
        _clock.Advance(TimeSpan.FromMilliseconds(50));
        Assert.Equal(ListKinds.Tools, (await _outbox.TakeAsync(Cancellation)).Lists);

        _clock.Advance(TimeSpan.FromMilliseconds(199));
        await AssertNothingAsync();
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(ListKinds.Prompts, (await _outbox.TakeAsync(Cancellation)).Lists);
    }

    [Fact]
    public async Task Updated_SlowReader_HoldsEachResourceOnceAndNoMoreThanAllowed()
    {
        for (var i = 0; i < 10_000; i++)
        {
            _outbox.Updated($"u:{i % 5}", Message.Utf8($$"""{"n":{{i}}}"""));
        }

        var taken = await _outbox.TakeAsync(Cancellation);

        Assert.Equal(["u:0", "u:1", "u:2"], taken.Resources.Select(pair => pair.Key));
        Assert.Equal("""{"n":9995}""", Message.Text(taken.Resources[0].Value));
    }

    [Fact]
    public async Task Updated_GapAfterWords_KeepsTheWords()
    {
        _outbox.Updated("u:1", Message.Utf8("""{"x":1}"""));
        _outbox.Updated("u:1", default);

        Assert.Equal("""{"x":1}""", Message.Text((await _outbox.TakeAsync(Cancellation)).Resources[0].Value));
    }

    [Fact]
    public async Task Add_MoreThanTheBound_DropsTheOldest()
    {
        for (var i = 0; i < 300; i++)
        {
            _outbox.Add(Message.Utf8($"{i}"));
        }

        var taken = await _outbox.TakeAsync(Cancellation);
        Assert.Equal((256, "44"), (taken.Others.Count, Message.Text(taken.Others[0])));

        _outbox.Add(new byte[700 * 1024]);
        _outbox.Add(new byte[700 * 1024]);
        _outbox.Add(new byte[2 * 1024 * 1024]);
        Assert.Single((await _outbox.TakeAsync(Cancellation)).Others);
    }

    /// <summary>A finished task is told of once; whatever other tasks do meanwhile, its client must hear it.</summary>
    [Fact]
    public async Task TaskChanged_SlowReader_HearsTheLatestStateOfEachTask()
    {
        _outbox.TaskChanged("finished", new byte[2 * 1024 * 1024]);
        for (var i = 0; i < 1_000; i++)
        {
            _outbox.TaskChanged($"t{i % 2}", Message.Utf8($"{i}"));
        }

        var taken = (await _outbox.TakeAsync(Cancellation)).Others;

        Assert.Equal(2 * 1024 * 1024, taken[0].Length);
        Assert.Equal(["998", "999"], taken.Skip(1).Select(Message.Text));
        await AssertNothingAsync();
    }

    [Fact]
    public async Task Restore_Unsent_IsTakenAgain()
    {
        _outbox.Updated("u:1", default);
        _outbox.Changed(ListKinds.Tools);
        _clock.Advance(Pause);
        _outbox.Restore(await _outbox.TakeAsync(Cancellation));

        var again = await _outbox.TakeAsync(Cancellation);
        Assert.Equal((ListKinds.Tools, "u:1"), (again.Lists, again.Resources.Single().Key));
    }

    [Fact]
    public async Task Restore_WholeMessages_ComeBeforeLaterOnesWithinTheBound()
    {
        for (var i = 0; i < 200; i++)
        {
            _outbox.Add(Message.Utf8($"{i}"));
        }

        var unsent = await _outbox.TakeAsync(Cancellation);
        _outbox.Add(Message.Utf8("200"));
        _outbox.Restore(unsent);
        var again = await _outbox.TakeAsync(Cancellation);
        Assert.Equal(Enumerable.Range(0, 201).Select(i => $"{i}"), again.Others.Select(Message.Text));

        for (var i = 201; i < 300; i++)
        {
            _outbox.Add(Message.Utf8($"{i}"));
        }

        _outbox.Restore(again);
        Assert.Equal(Enumerable.Range(44, 256).Select(i => $"{i}"), (await _outbox.TakeAsync(Cancellation)).Others.Select(Message.Text));
    }

    private async Task AssertNothingAsync()
    {
        using var cancelled = new CancellationTokenSource();
        var taking = _outbox.TakeAsync(cancelled.Token).AsTask();
        Assert.False(taking.IsCompleted);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => taking);
    }
}
