using System.Threading.Channels;
using McpRegistry.Core.Tests.Supervision;
using McpRegistry.Protocol;
using McpRegistry.Upstream;
using McpRegistry.Upstream.Channels;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream.Channels;

/// <summary>The gateway's own subscription with a modern server behind a channel, which ends by itself while the channel goes on.</summary>
public sealed class ChannelWatchTests
{
    private readonly SignallingTimeProvider _clock = new();
    private readonly Channel<McpMethod> _heard = Channel.CreateUnbounded<McpMethod>();
    private readonly FakeTransport _transport = new()
    {
        Discover = """
            "result":{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{"listChanged":true}}}
            """,
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("\"result\":{\"resultType\":\"complete\"}")]
    [InlineData("\"error\":{\"code\":-32603,\"message\":\"not now\"}")]
    public async Task WatchAsync_SubscriptionEnds_IsMadeAgainAndTheGapIsTold(string end)
    {
        await using var connection = await OpenAsync();
        var watch = connection.WatchAsync(new MethodListener(method => _heard.Writer.TryWrite(method)), Cancellation);
        foreach (var seconds in new[] { 1, 2, 4 })
        {
            _transport.Answer(await _transport.NextRequestAsync("subscriptions/listen"), end);
            Assert.Equal(TimeSpan.FromSeconds(seconds), await NextPauseAsync());
            _clock.Clock.Advance(TimeSpan.FromSeconds(seconds));
        }

        var request = await _transport.NextRequestAsync("subscriptions/listen");
        _transport.Receive(Tagged("notifications/subscriptions/acknowledged", request.Id));
        _transport.Receive(Tagged("notifications/tools/list_changed", request.Id));

        Assert.Equal(McpMethod.Unknown, await _heard.Reader.ReadAsync(Cancellation));
        Assert.Equal(McpMethod.ToolsListChanged, await _heard.Reader.ReadAsync(Cancellation));
        Assert.False(watch.IsCompleted);
    }

    [Fact]
    public async Task WatchAsync_ServerHasNoSubscriptions_DoesNotAskAgain()
    {
        await using var connection = await OpenAsync();
        _ = connection.WatchAsync(new MethodListener(_ => { }), Cancellation);
        _transport.Answer(await _transport.NextRequestAsync("subscriptions/listen"), "\"error\":{\"code\":-32601,\"message\":\"no\"}");
        await _transport.SettleAsync();

        // The next wait is the one of this test: nothing else waits for a time.
        using var timer = _clock.CreateTimer(_ => { }, null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
        Assert.Equal(TimeSpan.FromHours(1), await NextPauseAsync());
    }

    private static string Tagged(string method, object id) =>
        $$$$"""{"jsonrpc":"2.0","method":"{{{{method}}}}","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":{{{{id}}}}}}}""";

    private async Task<UpstreamConnection> OpenAsync()
    {
        var opened = await ChannelConnection.OpenAsync(_transport, ClientProfile.Plain, null, TimeSpan.FromMinutes(5), 1_000_000, _clock, Cancellation);
        return opened.Connection!;
    }

    /// <summary>The next wait of the watch; the time limit of the handshake is of no interest.</summary>
    private async Task<TimeSpan> NextPauseAsync()
    {
        while (true)
        {
            var pause = await _clock.NextDelayAsync();
            if (pause != TimeSpan.FromMinutes(5))
            {
                return pause;
            }
        }
    }
}
