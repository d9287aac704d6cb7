using System.Threading.Channels;

namespace McpRegistry.TestSupport.Tests;

/// <summary>The waits of other tests.</summary>
public sealed class PatienceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NextAsync_ItemsComeBeforeAndAfter_AreTakenInOrder()
    {
        var items = Channel.CreateUnbounded<int>();
        items.Writer.TryWrite(1);
        Assert.Equal(1, await items.Reader.NextAsync("the first", Cancellation));
        var second = items.Reader.NextAsync("the second", Cancellation).AsTask();
        items.Writer.TryWrite(2);

        Assert.Equal(2, await second);
    }

    [Fact]
    public async Task NextAsync_TestIsCancelled_IsCancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var waiting = Channel.CreateUnbounded<int>().Reader.NextAsync("nothing", cancellation.Token).AsTask();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task UntilAsync_ConditionHoldsLater_HasDoneSomethingAfterEachLook()
    {
        var (looks, steps) = (0, 0);

        await Patience.UntilAsync(() => ++looks > 150, "it was looked for often", Cancellation, () => steps++);

        Assert.Equal((151, 150), (looks, steps));
    }

    [Fact]
    public async Task UntilAsync_TestIsCancelled_IsCancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var waiting = Patience.UntilAsync(static () => false, "nothing", cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public void InVain_SaysWhatDidNotCome() =>
        Assert.Equal("Waited 120 s in vain: a report is saved.", Patience.InVain("a report is saved").Message);
}
