using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using McpRegistry.Core.Tests.Gateway;
using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Core.Tests.Supervision;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Upstream;
using McpRegistry.Watching;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Watching;

/// <summary>A modern server is asked anew for all resources when one is added, and may leave out what it had accepted.</summary>
public sealed class LeftOutResourceTests : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private readonly GatewayFixture _gateway = new() { Connection = new FakeConnection(ProtocolEra.Modern) };
    private readonly SignallingTimeProvider _clock = new();
    private readonly Sink _sink = new();
    private readonly UpstreamWatch _watch;
    private int _asked;

    public LeftOutResourceTests()
    {
        _gateway.Snapshots.Set(SnapshotSample.Entry("up", connections: _gateway, era: ProtocolEra.Modern));
        var context = new WatchContext(_gateway.Snapshots, _gateway.Access, _gateway.Cache, Options.Create(_gateway.Options), Options.Create(new UpstreamOptions()), _clock);
        _watch = new UpstreamWatch(context, () => _gateway.Caller, "up", new Owner("p"), _sink, "");
        _gateway.Connection.ListenAnswers = AnswerAsync;
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _watch.DisposeAsync();

    [Fact]
    public async Task LeftOutOnce_IsAskedForAgainAndToldWithoutDisturbingTheOthers()
    {
        Assert.True((await _watch.Add("u:a").First.WaitAsync(Limit, Cancellation)).IsAccepted);
        Assert.True((await _watch.Add("u:b").First.WaitAsync(Limit, Cancellation)).IsAccepted);
        await PassPauseAsync(TimeSpan.FromSeconds(1));
        await PassPauseAsync(TimeSpan.FromSeconds(2));

        Assert.Equal("u:a", await _sink.NextAsync());
        Assert.Equal(4, _asked);
        Assert.Empty(_sink.Heard);
    }

    /// <summary>Closing the subscription that was replaced is nothing to wake up for: there would be no pause between one and the next, and each would be longer.</summary>
    [Fact]
    public async Task LeftOut_PauseIsNotCutShortByWhatWasReplaced()
    {
        Assert.True((await _watch.Add("u:a").First.WaitAsync(Limit, Cancellation)).IsAccepted);
        Assert.True((await _watch.Add("u:b").First.WaitAsync(Limit, Cancellation)).IsAccepted);
        var first = await NextPauseAsync();
        Assert.True((await _watch.Add("u:c").First.WaitAsync(Limit, Cancellation)).IsAccepted);
        var second = await NextPauseAsync();

        Assert.All([first, second], static pause => Assert.InRange(pause, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.25)));
        Assert.Equal(3, _asked);
    }

    /// <summary>Lets the wait before the next attempt pass.</summary>
    private async Task PassPauseAsync(TimeSpan least)
    {
        var pause = await NextPauseAsync();
        Assert.InRange(pause, least, least * 1.25);
        _clock.Clock.Advance(pause);
    }

    private async Task<TimeSpan> NextPauseAsync()
    {
        while (true)
        {
            // The other one is for the acknowledgement.
            var delay = await _clock.NextDelayAsync().AsTask().WaitAsync(Limit, Cancellation);
            if (delay != TimeSpan.FromSeconds(30) && delay != Timeout.InfiniteTimeSpan)
            {
                return delay;
            }
        }
    }

    private async ValueTask<UpstreamReply> AnswerAsync(UpstreamRequest request, IUpstreamObserver observer, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _asked);
        var wanted = JsonNode.Parse(request.Write(1, _gateway.Connection.Handshake).Span)!["params"]!["notifications"]!["resourceSubscriptions"]!.AsArray();
        var accepted = wanted.Select(static uri => (string)uri!).Where(uri => number is not (2 or 3) || uri != "u:a");
        var filter = string.Join(',', accepted.Select(static uri => $"\"{uri}\""));
        await observer.NotifiedAsync(
            Message.Upstream($$$$"""{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"notifications":{"resourceSubscriptions":[{{{{filter}}}}]}}}"""), cancellationToken);
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        return default;
    }

    private sealed class Sink : IWatchSink
    {
        private readonly SemaphoreSlim _told = new(0);

        public ConcurrentQueue<string> Heard { get; } = new();

        public async Task<string> NextAsync()
        {
            Assert.True(await _told.WaitAsync(Limit, Cancellation));
            Assert.True(Heard.TryDequeue(out var uri));
            return uri;
        }

        public void Changed(ListKinds kinds)
        {
            // Only resources matter here.
        }

        public void Updated(string uri, ReadOnlyMemory<byte> parameters)
        {
            Heard.Enqueue(uri);
            _told.Release();
        }
    }
}
