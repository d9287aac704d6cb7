using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Watching;

/// <summary>A client may take back what it has not been answered yet; nothing waits on after that.</summary>
public sealed class WithdrawnSubscriptionTests : WatchTest
{
    [Fact]
    public async Task Unsubscribe_WhileTheServerIsNotReached_EndsTheSubscribeToo()
    {
        var gate = new Gate();
        var upstream = await AddUpstreamAsync(Era.Legacy);
        var client = await OpenAsync(Era.Legacy);
        upstream.On("initialize", Answers.After(gate, Answers.Never));
        var subscribing = client.CallAsync("resources/subscribe", Cancellation, "\"uri\":\"test://one\"");
        await gate.WhenWaitingAsync(1, Cancellation);

        var unsubscribed = await client.CallAsync("resources/unsubscribe", Cancellation, "\"uri\":\"test://one\"");

        Assert.Equal("{}", unsubscribed.Result.GetRawText());
        Assert.Equal("pending", (await subscribing).Reason);
    }

    [Fact]
    public async Task Client_LeavesBeforeTheServerAcknowledges_LeavesNoStreamAtTheServer()
    {
        var gate = new Gate();
        var upstream = await AddUpstreamAsync(Era.Modern);
        var client = await OpenAsync(Era.Modern);
        upstream.On("subscriptions/listen", Answers.After(gate, Answers.Never));
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var listening = client.CallAsync("subscriptions/listen", leaving.Token, "\"notifications\":{\"resourceSubscriptions\":[\"test://one\"]}");
        await gate.WhenWaitingAsync(1, Cancellation);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening);
        await upstream.Requests.WaitForAbortAsync("subscriptions/listen", Cancellation);
    }
}
