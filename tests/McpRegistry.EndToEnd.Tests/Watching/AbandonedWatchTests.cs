using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.Snapshots;
using McpRegistry.TestSupport;
using McpRegistry.Watching;

namespace McpRegistry.EndToEnd.Tests.Watching;

/// <summary>Sessions with subscriptions whose clients went without a word end with the idle time; the clock is the test's.</summary>
public sealed class AbandonedWatchTests : WatchTest
{
    private readonly ManualTimeProvider _clock = new();
    private bool _advanced;

    private protected override GatewaySetup Setup => new() { Clock = _clock };

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Sessions_WithSubscriptions_AreGoneAfterTheIdleTime(Era server)
    {
        const int Count = 20;
        var upstream = await AddUpstreamAsync(server);
        for (var i = 0; i < Count; i++)
        {
            var client = await OpenAsync(Era.Legacy, "up");
            var stream = await WatchResourceAsync(client, "test://one", "up");
            await upstream.WaitUntilAsync(open => open.OpenStreams == i + 2, "the resource is watched", Cancellation);
            await stream.DisposeAsync();
        }

        // What was subscribed stays so while the session lives: the client may come back.
        await WaitAsync(() => Gateway.Get<SessionFeeds>().OpenStreams == 0, "the streams have ended");
        Assert.Equal(Count, Gateway.Get<SessionFeeds>().Count);
        Assert.Equal(Count + 1, upstream.OpenStreams);

        await WaitAsync(AreGone, "the sessions have ended");
        await upstream.WaitUntilAsync(
            open => open.OpenStreams == 1 && open.OpenSessions == (server == Era.Legacy ? 1 : 0), "only the gateway's own watch is open", Cancellation);
        await WaitAsync(() => Gateway.Get<SessionFeeds>().Count == 0 && Gateway.Get<RegistrySnapshots>().Changes.Count == 0, "nothing is left");
    }

    /// <summary>A session whose stream ended a moment ago may still have been busy at the sweep; then the next one ends it.</summary>
    private bool AreGone()
    {
        _clock.Advance(_advanced ? TimeSpan.FromMinutes(8) : TimeSpan.FromMinutes(30));
        _advanced = true;
        return Gateway.Sessions.Count == 0;
    }
}
