using McpRegistry.Core.Tests.Gateway;
using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Upstream;
using McpRegistry.Watching;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Watching;

/// <summary>The stream of a legacy session ends while there is more to tell; another one takes its place.</summary>
public sealed class ReplacedFeedTests : IAsyncDisposable
{
    private readonly GatewayFixture _gateway = new();
    private readonly ClientSessions _sessions;
    private readonly SessionFeed _feed;

    public ReplacedFeedTests()
    {
        _sessions = new ClientSessions(Options.Create(new GatewayOptions()), _gateway.Clock);
        var session = _sessions.Open("p", null, "2025-11-25", ClientProfile.Plain)!;
        _feed = new SessionFeeds(_gateway.Watching).Of(session, _gateway.Caller);
    }

    public async ValueTask DisposeAsync()
    {
        await _feed.DisposeAsync();
        _sessions.Dispose();
    }

    [Fact]
    public async Task Pump_ClientIsGoneInTheMiddle_TheNextStreamGetsTheRestInOrder()
    {
        _feed.Updated("test://one", default);
        Say(1, 2, 3, 4);
        var first = new BreakingStream(most: 3);
        await Assert.ThrowsAsync<IOException>(() => _feed.PumpAsync(first, TestContext.Current.CancellationToken));
        Say(5);
        var second = new ChannelStream();
        using var hangUp = new CancellationTokenSource();
        var pumping = _feed.PumpAsync(second, hangUp.Token);

        Assert.Equal(["updated", "1", "2"], first.Heard);

        // To hear of a change twice does no harm.
        Assert.Equal("test://one", (string?)(await second.NextAsync())["params"]!["uri"]);
        foreach (var number in new[] { 3, 4, 5 })
        {
            Assert.Equal(number, (int?)(await second.NextAsync())["params"]!["data"]);
        }

        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pumping);
    }

    private void Say(params int[] numbers)
    {
        foreach (var number in numbers)
        {
            _feed.Heard("up", Message.Upstream($$$"""{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":{{{number}}}}}"""));
        }
    }

    private sealed class BreakingStream(int most) : IAnswerStream
    {
        public List<string> Heard { get; } = [];

        public bool IsOpen => Heard.Count < most;

        public ValueTask SendAsync(ReadOnlyMemory<byte> notification, CancellationToken cancellationToken)
        {
            if (!IsOpen)
            {
                throw new IOException("The client has hung up.");
            }

            var message = UpstreamMessage.TryRead(notification)!;
            var parameters = message.Raw(message.Params);
            Heard.Add(message.Method == McpMethod.ResourceUpdated ? "updated" : Message.Text(JsonMembers.Find(parameters, "data"u8).Of(parameters)));
            return ValueTask.CompletedTask;
        }
    }
}
