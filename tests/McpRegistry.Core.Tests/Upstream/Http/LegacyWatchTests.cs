using System.Net;
using McpRegistry.Core.Tests.Supervision;
using McpRegistry.Protocol;
using McpRegistry.TestSupport.Upstreams;
using McpRegistry.Upstream;
using McpRegistry.Upstream.Http;
using Xunit;
using UpstreamOptions = McpRegistry.TestSupport.Upstreams.UpstreamOptions;

namespace McpRegistry.Core.Tests.Upstream.Http;

/// <summary>Servers that treat the GET stream in their own way.</summary>
public sealed class LegacyWatchTests : IAsyncDisposable
{
    private readonly SignallingTimeProvider _clock = new();
    private readonly GetAnswers _gets = new();
    private readonly HttpMessageInvoker _http;
    private ScriptedUpstream _upstream = null!;

    public LegacyWatchTests() => _http = new HttpMessageInvoker(_gets);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _gets.Dispose();
        await _upstream.DisposeAsync();
    }

    /// <summary>A server that routes only POST answers GET with 404, which is also the answer to a forgotten session.</summary>
    [Fact]
    public async Task WatchAsync_StreamIsNotFound_LeavesNoSessionsBehind()
    {
        await using var connection = await OpenAsync();
        _gets.Statuses.Enqueue(HttpStatusCode.NotFound);
        _gets.Statuses.Enqueue(HttpStatusCode.NotFound);

        var watch = connection.WatchAsync(new MethodListener(_ => { }), Cancellation);
        _clock.Clock.Advance(await NextPauseAsync());

        Assert.Null(await watch);
        Assert.Equal(2, _upstream.Requests.Of("initialize").Count);
        Assert.Equal(1, _upstream.OpenSessions);
    }

    /// <summary>Each end has the whole catalogue read again, in case that a change was missed meanwhile.</summary>
    [Fact]
    public async Task WatchAsync_StreamEndsAtOnceAgainAndAgain_WaitsLongerEachTime()
    {
        await using var connection = await OpenAsync();
        using var changes = new SemaphoreSlim(0);
        _ = connection.WatchAsync(new MethodListener(_ => changes.Release()), Cancellation);
        int[] expected = [1, 2, 4, 8, 16, 32, 60, 60];
        foreach (var seconds in expected)
        {
            await EndStreamAsync();
            Assert.Equal(TimeSpan.FromSeconds(seconds), await NextPauseAsync());
            _clock.Clock.Advance(TimeSpan.FromSeconds(seconds));
            await changes.WaitAsync(Cancellation);
        }

        await _upstream.WaitUntilAsync(upstream => upstream.OpenStreams == 1, "the stream is open", Cancellation);
        Assert.Equal(0, changes.CurrentCount);
        _clock.Clock.Advance(TimeSpan.FromSeconds(61));
        await EndStreamAsync();
        Assert.Equal(TimeSpan.FromSeconds(1), await NextPauseAsync());
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.BadGateway)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.GatewayTimeout)]
    public async Task WatchAsync_StreamIsRefusedForNow_IsAskedForAgain(HttpStatusCode status)
    {
        await using var connection = await OpenAsync();
        _gets.Statuses.Enqueue(status);
        var watch = connection.WatchAsync(new MethodListener(_ => { }), Cancellation);

        _clock.Clock.Advance(await NextPauseAsync());

        await _upstream.WaitUntilAsync(upstream => upstream.OpenStreams == 1, "the stream is open", Cancellation);
        Assert.False(watch.IsCompleted);
    }

    private async Task EndStreamAsync()
    {
        await _upstream.WaitUntilAsync(upstream => upstream.OpenStreams == 1, "the stream is open", Cancellation);
        _upstream.EndStreams();
        await _upstream.WaitUntilAsync(upstream => upstream.OpenStreams == 0, "the stream is closed", Cancellation);
    }

    private async Task<UpstreamConnection> OpenAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync(UpstreamOptions.Legacy, Cancellation);
        return (await LegacyHttpConnection.OpenAsync(new HttpChannel(_http, _upstream.Url, 1_000_000), _clock, ClientProfile.Plain, "2025-11-25", Cancellation)).Connection!;
    }

    /// <summary>The next wait of the watch; the time limits of requests are of no interest.</summary>
    private async Task<TimeSpan> NextPauseAsync()
    {
        while (true)
        {
            var delay = await _clock.NextDelayAsync();
            if (delay != Timeout.InfiniteTimeSpan)
            {
                return delay;
            }
        }
    }

    /// <summary>Answers GET requests with the statuses in the queue; once it is empty they reach the server.</summary>
    private sealed class GetAnswers() : DelegatingHandler(new SocketsHttpHandler())
    {
        public Queue<HttpStatusCode> Statuses { get; } = new();

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.Method == HttpMethod.Get && Statuses.TryDequeue(out var status)
                ? Task.FromResult(new HttpResponseMessage(status))
                : base.SendAsync(request, cancellationToken);
    }
}
