using System.Text;
using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Protocol;
using McpRegistry.TestSupport;
using McpRegistry.TestSupport.Upstreams;
using McpRegistry.Upstream;
using McpRegistry.Upstream.Http;
using Xunit;
using UpstreamOptions = McpRegistry.TestSupport.Upstreams.UpstreamOptions;

namespace McpRegistry.Core.Tests.Upstream.Http;

/// <summary>In a session of many, a question on the GET stream may be about a call that was given up, which no other caller is asked for.</summary>
public sealed class GivenUpRequestTests : IAsyncDisposable
{
    private static readonly OwnRequest Call = new() { Method = McpMethod.ToolsCall, RoutingName = "t", Members = Message.Utf8("\"name\":\"t\"") };
    private static readonly OwnRequest List = new() { Method = McpMethod.ToolsList };
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler());
    private readonly ManualTimeProvider _clock = new();
    private readonly Gate _gate = new();
    private ScriptedUpstream _upstream = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task GiveUp_CallIsCancelled_NoOtherIsAsked()
    {
        await using var connection = await OpenAsync();
        await CancelAsync(connection, Call, new Caller());

        Assert.False(await IsAskedAsync(connection));
    }

    [Fact]
    public async Task GiveUp_AnswerIsCutOff_NoOtherIsAsked()
    {
        await using var connection = await OpenAsync();
        _upstream.On("tools/call", Answers.Cut(CutStage.InsideBody, """{"content":[]}"""));
        Assert.True((await connection.SendAsync(Call, new Caller(), Cancellation)).Fault!.MayHaveRun);

        Assert.False(await IsAskedAsync(connection));
    }

    /// <summary>A bad answer is one: the server is done with the call.</summary>
    [Theory]
    [InlineData(200, "application/json", "no JSON")]
    [InlineData(200, "text/html", "<html>")]
    [InlineData(500, "application/json", "{}")]
    public async Task GiveUp_AnswerIsBad_NextCallIsAsked(int status, string contentType, string body)
    {
        await using var connection = await OpenAsync();
        _upstream.On("tools/call", Answers.Status(status, contentType, body));
        Assert.False((await connection.SendAsync(Call, new Caller(), Cancellation)).Answered);

        Assert.True(await IsAskedAsync(connection));
    }

    /// <summary>No server asks during a list, whoever wants it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GiveUp_RequestInWhichNobodyIsAsked_NextCallIsAsked(bool isTheGateways)
    {
        await using var connection = await OpenAsync();
        await CancelAsync(connection, isTheGateways ? Call : List, isTheGateways ? null : new Caller(mayBeMeant: false));

        Assert.True(await IsAskedAsync(connection));
    }

    /// <summary>What a session that is gone worked on, the server does not know any more.</summary>
    [Fact]
    public async Task GiveUp_CallOfASessionThatWasReplaced_NextCallIsAsked()
    {
        await using var connection = await OpenAsync();
        _upstream.On("tools/call", Answers.After(_gate, Answers.Result("{}"))).On("tools/list", Answers.Result("""{"tools":[]}"""));
        using var cancellation = new CancellationTokenSource();
        var late = connection.SendAsync(Call, new Caller(), cancellation.Token).AsTask();
        await _gate.WhenWaitingAsync(1, Cancellation);
        _upstream.ExpireSessions();
        Assert.True((await connection.SendAsync(List, null, Cancellation)).Answered);
        Assert.Equal(2, _upstream.Requests.Of("initialize").Count);

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => late);
        Assert.True(await IsAskedAsync(connection));
    }

    private async Task<UpstreamConnection> OpenAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync(UpstreamOptions.Legacy, Cancellation);
        var channel = new HttpChannel(_http, _upstream.Url, 1_000_000);
        return (await LegacyHttpConnection.OpenAsync(channel, _clock, ClientProfile.Everything, "2025-11-25", Cancellation)).Connection!;
    }

    private async Task CancelAsync(UpstreamConnection connection, UpstreamRequest request, IUpstreamObserver? observer)
    {
        var gate = new Gate();
        _upstream.On(McpMethods.Name(request.Method), Answers.After(gate, Answers.Result("{}")));
        using var cancellation = new CancellationTokenSource();
        var call = connection.SendAsync(request, observer, cancellation.Token).AsTask();
        await gate.WhenWaitingAsync(1, Cancellation);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    /// <summary>Tells whether a call that runs now is asked what the server asks without naming one.</summary>
    private async Task<bool> IsAskedAsync(UpstreamConnection connection)
    {
        var gate = new Gate();
        var caller = new Caller();
        _upstream.On("tools/call", Answers.After(gate, Answers.Result("{}")));
        _ = connection.WatchAsync(new MethodListener(_ => { }), Cancellation);
        await _upstream.WaitUntilAsync(upstream => upstream.OpenStreams == 1, "the stream is open", Cancellation);
        var call = connection.SendAsync(Call, caller, Cancellation).AsTask();
        await gate.WhenWaitingAsync(1, Cancellation);
        await _upstream.AskAsync("\"q\"", "roots/list");
        var answer = await _upstream.Requests.WaitAsync(static request => request is { Verb: "POST", Method: "", Id: "\"q\"" }, "the answer", Cancellation);
        Assert.Equal(caller.IsAsked, Encoding.UTF8.GetString(answer.Body.Span).Contains("\"roots\"", StringComparison.Ordinal));
        gate.Open();
        Assert.True((await call).Answered);
        return caller.IsAsked;
    }

    private sealed class Caller(bool mayBeMeant = true) : IUpstreamObserver
    {
        public bool IsAsked { get; private set; }

        public bool MayBeMeant => mayBeMeant;

        public ValueTask NotifiedAsync(UpstreamMessage notification, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public bool TryAsk(UpstreamQuestion question)
        {
            IsAsked = true;
            _ = question.AnswerAsync(Message.Utf8("""{"roots":[]}"""), isError: false).AsTask();
            return true;
        }
    }
}
