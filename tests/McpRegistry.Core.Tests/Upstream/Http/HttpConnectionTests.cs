using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.TestSupport;
using McpRegistry.TestSupport.Upstreams;
using McpRegistry.Upstream;
using McpRegistry.Upstream.Http;
using Xunit;
using UpstreamOptions = McpRegistry.TestSupport.Upstreams.UpstreamOptions;

namespace McpRegistry.Core.Tests.Upstream.Http;

public sealed class HttpConnectionTests : IAsyncDisposable
{
    private static readonly OwnRequest Call = new() { Method = McpMethod.ToolsCall, RoutingName = "t", Members = Message.Utf8("\"name\":\"t\"") };
    private readonly ManualTimeProvider _clock = new();
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler());
    private ScriptedUpstream _upstream = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task SendAsync_SessionExpired_IsOpenedOnceForAllCallsAndEachRunsOnce()
    {
        await using var connection = await LegacyAsync();
        _upstream.On("tools/call", Answers.Result("{}"));
        _upstream.ExpireSessions();

        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => connection.SendAsync(Call, null, Cancellation).AsTask()));

        Assert.All(replies, reply => Assert.True(reply.Answered));
        Assert.Equal(2, _upstream.Requests.Of("initialize").Count);
        var live = _upstream.Requests.Of("tools/call").GroupBy(request => request.SessionId, StringComparer.Ordinal).Last();
        Assert.Equal(50, live.Count());
        Assert.Equal(1, _upstream.OpenSessions);
    }

    [Fact]
    public async Task SendAsync_Cancelled_TellsALegacyServer()
    {
        await using var connection = await LegacyAsync();
        _upstream.On("tools/call", Answers.Never);
        using var cancellation = new CancellationTokenSource();
        var call = connection.SendAsync(Call, null, cancellation.Token).AsTask();
        var request = await _upstream.Requests.WaitAsync("tools/call", Cancellation);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        var told = await _upstream.Requests.WaitAsync("notifications/cancelled", Cancellation);
        Assert.Equal(request.Id, told.Params.GetProperty("requestId").GetRawText());
    }

    [Fact]
    public async Task SendAsync_Cancelled_HangsUpOnAModernServer()
    {
        await using var connection = await ModernAsync();
        _upstream.On("tools/call", Answers.NeverAfterHeaders);
        using var cancellation = new CancellationTokenSource();
        var call = connection.SendAsync(Call, null, cancellation.Token).AsTask();
        await _upstream.Requests.WaitAsync("tools/call", Cancellation);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await _upstream.Requests.WaitForAbortAsync("tools/call", Cancellation);
        Assert.Empty(_upstream.Requests.Of("notifications/cancelled"));
    }

    [Fact]
    public async Task SendAsync_LogLevel_IsSetOnceAndAgainInANewSession()
    {
        await using var connection = await LegacyAsync();
        _upstream.On("tools/call", Answers.Result("{}"));
        var call = new OwnRequest { Method = McpMethod.ToolsCall, LogLevel = LogLevel.Info };
        await connection.SendAsync(call, null, Cancellation);
        await connection.SendAsync(call, null, Cancellation);
        Assert.Single(_upstream.Requests.Of("logging/setLevel"));
        _upstream.ExpireSessions();
        await connection.SendAsync(call, null, Cancellation);

        Assert.Equal(2, _upstream.Requests.Of("logging/setLevel").Count);
    }

    [Theory]
    [InlineData(CutStage.AfterHeaders)]
    [InlineData(CutStage.InsideBody)]
    [InlineData(CutStage.AfterNotification)]
    [InlineData(CutStage.InsideEvent)]
    [InlineData(CutStage.WithoutAnswer)]
    public async Task SendAsync_AnswerCut_IsAFaultThatMayHaveRun(CutStage stage)
    {
        await using var legacy = await LegacyAsync();
        _upstream.On("tools/call", Answers.Cut(stage, """{"content":[]}"""));

        var reply = await legacy.SendAsync(Call, new RecordingObserver(), Cancellation);

        Assert.Equal((FaultReasons.Unreachable, true), (reply.Fault!.Reason, reply.Fault.MayHaveRun));
    }

    [Theory]
    [InlineData(200, "application/json", "{", FaultReasons.ProtocolError)]
    [InlineData(200, "application/json", """{"jsonrpc":"2.0","id":1,"result":{}}{"jsonrpc":"2.0"}""", FaultReasons.ProtocolError)]
    [InlineData(200, "text/html", "<html>", FaultReasons.ProtocolError)]
    [InlineData(202, "text/plain", "", FaultReasons.ProtocolError)]
    [InlineData(401, "application/json", "{}", FaultReasons.Unauthorized)]
    [InlineData(500, "application/json", "{", FaultReasons.HttpError)]
    [InlineData(503, "text/html", "down", FaultReasons.HttpError)]
    [InlineData(307, "text/plain", "", FaultReasons.HttpError)]
    public async Task SendAsync_NoMessage_IsAFault(int status, string type, string body, string reason)
    {
        await using var connection = await ModernAsync();
        _upstream.On("tools/call", Answers.Status(status, type, body));

        Assert.Equal(reason, (await connection.SendAsync(Call, null, Cancellation)).Fault!.Reason);
    }

    [Fact]
    public async Task SendAsync_ErrorWithStatus_IsTheAnswer()
    {
        await using var connection = await ModernAsync();
        _upstream.On("tools/call", Answers.Error(-32021, "capability", status: 400));

        Assert.Equal(-32021, (await connection.SendAsync(Call, null, Cancellation)).Message!.ErrorCode);
    }

    [Fact]
    public async Task SendAsync_AnswerOverTheLimit_IsTooLarge()
    {
        await using var connection = await ModernAsync();
        _upstream.On("tools/call", Answers.Result($$"""{"x":"{{new string('x', 5000)}}"}""")).On("prompts/get", Answers.StreamedResult($$"""{"x":"{{new string('x', 5000)}}"}"""));

        Assert.Equal(FaultReasons.TooLarge, (await connection.SendAsync(Limited(McpMethod.ToolsCall), null, Cancellation)).Fault!.Reason);
        Assert.Equal(FaultReasons.TooLarge, (await connection.SendAsync(Limited(McpMethod.PromptsGet), null, Cancellation)).Fault!.Reason);

        static OwnRequest Limited(McpMethod method) => new() { Method = method, RoutingName = "t", Members = Message.Utf8("\"name\":\"t\""), MaxAnswerBytes = 1000 };
    }

    [Fact]
    public async Task WatchAsync_GetStream_TellsOfChangesAndOpensAgainAfterItsEnd()
    {
        await using var connection = await LegacyAsync();
        var changes = System.Threading.Channels.Channel.CreateUnbounded<McpMethod>();
        using var ending = new CancellationTokenSource();
        var watch = connection.WatchAsync(new MethodListener(method => changes.Writer.TryWrite(method)), ending.Token);
        await _upstream.WaitUntilAsync(upstream => upstream.OpenStreams == 1, "the stream is open", Cancellation);
        await _upstream.PushAsync("notifications/tools/list_changed");
        Assert.Equal(McpMethod.ToolsListChanged, await changes.Reader.ReadAsync(Cancellation));
        await ending.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watch);
        await _upstream.WaitUntilAsync(upstream => upstream.OpenStreams == 0, "the stream is closed", Cancellation);
    }

    [Fact]
    public async Task WatchAsync_NoStream_CannotBeWatched()
    {
        await using var connection = await LegacyAsync(UpstreamOptions.Legacy with { OffersGetStream = false });

        Assert.Null(await connection.WatchAsync(new MethodListener(_ => { }), Cancellation));
    }

    [Fact]
    public async Task WatchAsync_ModernSubscription_TellsOfChangesAndOfItsEnd()
    {
        await using var connection = await ModernAsync();
        var changes = System.Threading.Channels.Channel.CreateUnbounded<McpMethod>();
        var watch = connection.WatchAsync(new MethodListener(method => changes.Writer.TryWrite(method)), Cancellation);
        await _upstream.WaitUntilAsync(upstream => upstream.OpenStreams == 1, "the stream is open", Cancellation);
        await _upstream.PushAsync("notifications/prompts/list_changed");
        Assert.Equal(McpMethod.PromptsListChanged, await changes.Reader.ReadAsync(Cancellation));
        _upstream.EndStreams();

        Assert.Equal(FaultReasons.SessionLost, (await watch)!.Reason);
    }

    [Fact]
    public async Task DisposeAsync_Session_IsEndedOnceAndNeverOpenedAgain()
    {
        var connection = await LegacyAsync();

        await connection.DisposeAsync();
        await connection.DisposeAsync();
        var late = await connection.SendAsync(Call, null, Cancellation);

        Assert.Equal(FaultReasons.SessionLost, late.Fault!.Reason);
        Assert.Equal(0, _upstream.OpenSessions);
        Assert.Single(_upstream.Requests.All, request => request.Verb == "DELETE");
        Assert.Single(_upstream.Requests.Of("initialize"));
    }

    [Fact]
    public async Task SendAsync_TimeLimitOfTheHttpStack_IsATimeoutAndNoCancellation()
    {
        await LegacyAsync();
        using var http = new HttpMessageInvoker(new TimingOut());
        var handshake = new UpstreamHandshake { Era = ProtocolEra.Modern, Revision = "2026-07-28" };
        var connection = new ModernHttpConnection(new HttpChannel(http, _upstream.Url, 1000), handshake, _clock);

        Assert.Equal(FaultReasons.Timeout, (await connection.SendAsync(Call, null, Cancellation)).Fault!.Reason);
    }

    private async Task<UpstreamConnection> LegacyAsync(UpstreamOptions? options = null)
    {
        _upstream = await ScriptedUpstream.StartAsync(options ?? UpstreamOptions.Legacy, Cancellation);
        return (await LegacyHttpConnection.OpenAsync(new HttpChannel(_http, _upstream.Url, 1_000_000), _clock, ClientProfile.Plain, "2025-11-25", Cancellation)).Connection!;
    }

    private async Task<UpstreamConnection> ModernAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync(UpstreamOptions.Modern, Cancellation);
        return new ModernHttpConnection(
            new HttpChannel(_http, _upstream.Url, 1_000_000), new UpstreamHandshake { Era = ProtocolEra.Modern, Revision = "2026-07-28" }, _clock);
    }

    private sealed class TimingOut : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new TaskCanceledException("connect", new TimeoutException());
    }
}
