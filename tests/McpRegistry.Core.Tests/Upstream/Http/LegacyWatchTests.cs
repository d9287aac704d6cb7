using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using McpRegistry.Core.Tests.Protocol;
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
    /// <summary>How long a new session may take by default; no pause is as long.</summary>
    private static readonly TimeSpan TimeToOpen = TimeSpan.FromSeconds(30);

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
    public async Task WatchAsync_StreamIsNotFound_LeavesTheSessionAlone()
    {
        await using var connection = await OpenAsync();
        _gets.Statuses.Enqueue(HttpStatusCode.NotFound);

        Assert.Null(await connection.WatchAsync(new MethodListener(_ => { }), Cancellation));

        Assert.Single(_upstream.Requests.Of("initialize"));
        Assert.Equal(1, _upstream.OpenSessions);
    }

    /// <summary>Servers without sessions of their own say of each that they do not know it.</summary>
    [Fact]
    public async Task WatchAsync_NothingIsFound_LeavesNoSessionsBehind()
    {
        await using var connection = await OpenAsync();
        _upstream.On("ping", Answers.Status(404));
        _gets.Statuses.Enqueue(HttpStatusCode.NotFound);
        _gets.Statuses.Enqueue(HttpStatusCode.NotFound);

        Assert.Null(await connection.WatchAsync(new MethodListener(_ => { }), Cancellation));
        Assert.Equal(2, _upstream.Requests.Of("initialize").Count);
        Assert.Equal(1, _upstream.OpenSessions);
    }

    /// <summary>Servers that do not say which request they mean have its progress sent here.</summary>
    [Fact]
    public async Task WatchAsync_ProgressOfACall_IsHeardByTheCall()
    {
        await using var connection = await OpenAsync();
        var gate = new Gate();
        _upstream.On("tools/call", Answers.After(gate, Answers.Result("{}")));
        var others = new List<McpMethod>();
        _ = connection.WatchAsync(new MethodListener(others.Add), Cancellation);
        await _upstream.WaitUntilAsync(upstream => upstream.OpenStreams == 1, "the stream is open", Cancellation);
        var heard = new HeardNotifications();
        var call = connection.SendAsync(new OwnRequest { Method = McpMethod.ToolsCall, RoutingName = "t", Members = Message.Utf8("\"name\":\"t\"") }, heard, Cancellation).AsTask();
        await gate.WhenWaitingAsync(1, Cancellation);
        var id = _upstream.Requests.Of("tools/call")[0].Id;

        await _upstream.PushAsync("notifications/progress", "{\"progressToken\":12345,\"progress\":7}");
        await _upstream.PushAsync("notifications/progress", $"{{\"progressToken\":{id},\"progress\":8}}");

        Assert.Equal("8", (await heard.NextAsync()).GetProperty("progress").GetRawText());
        gate.Open();
        Assert.True((await call).Answered);
        Assert.Empty(others);
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

    [Fact]
    public async Task WatchAsync_StreamIsOpen_IsTold()
    {
        await using var connection = await OpenAsync();
        var opened = new TaskCompletionSource();
        _ = connection.WatchAsync(new MethodListener(_ => { }, opened.SetResult), Cancellation);

        await opened.Task.WaitAsync(Cancellation);

        Assert.Single(_upstream.Requests.All, request => request.Verb == "GET");
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.BadGateway)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.GatewayTimeout)]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.BadRequest)]
    public async Task WatchAsync_StreamIsRefusedForNow_IsAskedForAgain(HttpStatusCode status)
    {
        await using var connection = await OpenAsync();
        _gets.Statuses.Enqueue(status);
        var watch = connection.WatchAsync(new MethodListener(_ => { }), Cancellation);

        _clock.Clock.Advance(await NextPauseAsync());

        await _upstream.WaitUntilAsync(upstream => upstream.OpenStreams == 1, "the stream is open", Cancellation);
        Assert.False(watch.IsCompleted);
    }

    [Theory]
    [InlineData(HttpStatusCode.MethodNotAllowed)]
    [InlineData(HttpStatusCode.NotAcceptable)]
    [InlineData(HttpStatusCode.NotImplemented)]
    public async Task WatchAsync_ThereIsNoStream_CannotBeWatched(HttpStatusCode status)
    {
        await using var connection = await OpenAsync();
        _gets.Statuses.Enqueue(status);

        Assert.Null(await connection.WatchAsync(new MethodListener(_ => { }), Cancellation));
    }

    /// <summary>A lost TCP connection says nothing about the session. It is looked for at once, for the server may be gone.</summary>
    [Fact]
    public async Task WatchAsync_StreamIsCut_IsOpenedAgainInTheSameSession()
    {
        await using var connection = await OpenAsync();
        using var changes = new SemaphoreSlim(0);
        var watch = connection.WatchAsync(new MethodListener(_ => changes.Release()), Cancellation);
        await CutStreamAsync(changes);
        await changes.WaitAsync(Cancellation);
        foreach (var seconds in new[] { 1, 2, 4 })
        {
            await CutStreamAsync(changes);
            Assert.Equal(TimeSpan.FromSeconds(seconds), await NextPauseAsync());
            _clock.Clock.Advance(TimeSpan.FromSeconds(seconds));
            await changes.WaitAsync(Cancellation);
        }

        Assert.False(watch.IsCompleted);
        Assert.Single(_upstream.Requests.Of("initialize"));
    }

    private async Task CutStreamAsync(SemaphoreSlim changes)
    {
        await _upstream.WaitUntilAsync(upstream => upstream.OpenStreams == 1, "the stream is open", Cancellation);

        // Open on this side too: a cut before that is a refused connection.
        await _upstream.PushAsync("notifications/tools/list_changed");
        await changes.WaitAsync(Cancellation);
        var stream = _upstream.Requests.All.Last(request => request.Verb == "GET");
        _upstream.CutStreams();
        await stream.Ended.WaitAsync(Cancellation);
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
            if (delay != Timeout.InfiniteTimeSpan && delay != TimeToOpen)
            {
                return delay;
            }
        }
    }

    private sealed class HeardNotifications : IUpstreamObserver
    {
        private readonly Channel<JsonElement> _heard = Channel.CreateUnbounded<JsonElement>();

        public bool CanBeAsked => false;

        public bool TryAsk(UpstreamQuestion question) => false;

        public ValueTask NotifiedAsync(UpstreamMessage notification, CancellationToken cancellationToken) =>
            _heard.Writer.WriteAsync(JsonElement.Parse(notification.Raw(notification.Params)), cancellationToken);

        public ValueTask<JsonElement> NextAsync() => _heard.Reader.ReadAsync(Cancellation);
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
