using System.IO.Pipelines;
using System.Text;
using McpRegistry.AspNetCore.Gateway;
using McpRegistry.Gateway;
using McpRegistry.Gateway.Resumption;
using McpRegistry.TestSupport;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace McpRegistry.AspNetCore.Tests.Gateway;

public sealed class HttpAnswerStreamTests
{
    private static readonly GatewayAnswer Answer = new("{\"id\":1}"u8.ToArray());
    private static readonly byte[] Long = Encoding.UTF8.GetBytes($"\"{new string('x', 5_000)}\"");
    private readonly MemoryStream _body = new();
    private readonly DefaultHttpContext _context = new();
    private readonly ManualTimeProvider _clock = new();

    public HttpAnswerStreamTests() => _context.Response.Body = _body;

    [Fact]
    public async Task CompleteAsync_NothingBefore_IsOneDocumentWithItsStatus()
    {
        await using var stream = Create();

        await stream.CompleteAsync(Answer, 404);

        Assert.Equal(404, _context.Response.StatusCode);
        Assert.Equal("application/json", _context.Response.ContentType);
        Assert.Equal("{\"id\":1}", Body);
    }

    [Fact]
    public async Task SendAsync_Notification_MakesItAStreamOfOneLineEvents()
    {
        await using var stream = Create();

        await stream.SendAsync("{\n\"a\":\r\n1}"u8.ToArray(), CancellationToken.None);
        await stream.CompleteAsync(Answer, 404);

        Assert.Equal(200, _context.Response.StatusCode);
        Assert.Equal("text/event-stream", _context.Response.ContentType);
        Assert.Equal("event: message\ndata: { \"a\":  1}\n\nevent: message\ndata: {\"id\":1}\n\n", Body);
    }

    /// <summary>A server's progress may cross its answer; what comes behind an answer would break the response.</summary>
    [Fact]
    public async Task SendAsync_AfterTheAnswer_WritesNothing()
    {
        var stream = Create();
        await stream.CompleteAsync(Answer, 200);
        await stream.SendAsync("{}"u8.ToArray(), CancellationToken.None);
        await stream.DisposeAsync();
        await stream.SendAsync("{}"u8.ToArray(), CancellationToken.None);

        Assert.Equal("{\"id\":1}", Body);
    }

    [Fact]
    public async Task KeepAlive_Silence_IsFilledUntilTheAnswer()
    {
        await using (var stream = Create())
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            await stream.CompleteAsync(Answer, 200);
            _clock.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.Equal(": keep-alive\n\nevent: message\ndata: {\"id\":1}\n\n", Body);
    }

    /// <summary>A client that reads nothing must not cost a little more with every interval.</summary>
    [Fact]
    public async Task KeepAlive_WhileAClientReadsNothing_DoesNotPileUp()
    {
        var pipe = NarrowPipe();
        await using (var stream = Create())
        {
            var sending = stream.SendAsync(Long, CancellationToken.None);
            for (var interval = 0; interval < 100; interval++)
            {
                _clock.Advance(TimeSpan.FromSeconds(10));
            }

            Assert.False(sending.IsCompleted);
            var read = await pipe.Reader.ReadAsync();
            pipe.Reader.AdvanceTo(read.Buffer.End);
            await sending;
        }

        await pipe.Writer.CompleteAsync();
        using var rest = new StreamReader(pipe.Reader.AsStream());
        Assert.DoesNotContain("keep-alive", await rest.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    /// <summary>The web server cuts off a connection when the token of a write is cancelled, and the answer with it.</summary>
    [Fact]
    public async Task SendAsync_GivenUpWhileItIsWritten_IsWrittenToItsEndAndTheAnswerFollows()
    {
        var pipe = NarrowPipe();
        using var givenUp = new CancellationTokenSource();
        await using (var stream = Create())
        {
            var sending = stream.SendAsync(Long, givenUp.Token);
            await givenUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await sending);
            var read = await pipe.Reader.ReadAtLeastAsync(Long.Length);
            pipe.Reader.AdvanceTo(read.Buffer.Start);
            await stream.CompleteAsync(Answer, 200);
        }

        await pipe.Writer.CompleteAsync();
        using var all = new StreamReader(pipe.Reader.AsStream());
        Assert.Equal(
            $"event: message\ndata: {Encoding.UTF8.GetString(Long)}\n\nevent: message\ndata: {{\"id\":1}}\n\n",
            await all.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task DisposeAsync_GivenUpAndTheClientTakesNothing_AbortsTheRequest()
    {
        NarrowPipe();
        var lifetime = new RequestLifetime();
        _context.Features.Set<IHttpRequestLifetimeFeature>(lifetime);
        using var givenUp = new CancellationTokenSource();
        var stream = Create();
        var sending = stream.SendAsync(Long, givenUp.Token);
        await givenUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await sending);

        await stream.DisposeAsync();

        Assert.True(lifetime.IsAborted);
    }

    [Fact]
    public async Task SendAsync_ClientTakesNoStream_IsDropped()
    {
        await using var stream = Create(takesStream: false);
        await stream.SendAsync("{}"u8.ToArray(), CancellationToken.None);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await stream.CompleteAsync(Answer, 200);

        Assert.Equal("{\"id\":1}", Body);
    }

    [Fact]
    public async Task TrySendEventAsync_WithAndWithoutAMessage_WritesIdAndTimeToWait()
    {
        await using var stream = Create();
        Assert.True(await stream.TrySendEventAsync(new EventId("s", 2, 1), default, TimeSpan.FromSeconds(1.5), CancellationToken.None));
        Assert.True(await stream.TrySendEventAsync(new EventId("s", 2, 2), "{\n}"u8.ToArray(), TimeSpan.Zero, CancellationToken.None));

        Assert.Equal("id: s-2-1\nretry: 1500\ndata: \n\nevent: message\nid: s-2-2\ndata: { }\n\n", Body);
    }

    [Fact]
    public async Task TrySendEventAsync_ResponseHasEnded_WritesNothing()
    {
        var stream = Create();
        await stream.DisposeAsync();

        Assert.False(await stream.TrySendEventAsync(new EventId("s", 2, 1), "{}"u8.ToArray(), TimeSpan.Zero, CancellationToken.None));
        Assert.Empty(Body);
    }

    /// <summary>The context, and with it the connection, may be those of another request by then.</summary>
    [Fact]
    public async Task Close_RequestHasEnded_AbortsNothing()
    {
        var lifetime = new RequestLifetime();
        _context.Features.Set<IHttpRequestLifetimeFeature>(lifetime);
        await using var stream = Create();
        var (open, ended) = (new EventConnection(_context, stream, hasCall: true), new EventConnection(_context, stream, hasCall: true));
        ended.Release();
        ended.Close();
        Assert.False(lifetime.IsAborted);
        Assert.False(ended.IsOpen);
        open.Close();
        Assert.True(lifetime.IsAborted);
    }

    [Fact]
    public async Task AbandonAsync_NothingSent_IsAccepted()
    {
        await using var stream = Create();

        await stream.AbandonAsync();
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(202, _context.Response.StatusCode);
        Assert.Empty(Body);
    }

    /// <summary>A request may be withdrawn while its answer is on its way: then there is no status left to set, and nobody may wait for it.</summary>
    [Fact]
    public async Task AbandonAsync_AnswerIsUnderWay_LeavesItAsItIs()
    {
        var stream = Create();
        await stream.CompleteAsync(Answer, 200);
        _context.Features.Set<IHttpResponseFeature>(new StartedResponse());

        await stream.AbandonAsync();
        await stream.DisposeAsync();

        Assert.Equal(200, _context.Response.StatusCode);
    }

    /// <summary>As the web server has it once the first bytes are out.</summary>
    private sealed class StartedResponse : IHttpResponseFeature
    {
        public int StatusCode
        {
            get => 200;
            set => throw new InvalidOperationException("The response has begun.");
        }

        public string? ReasonPhrase { get; set; }

        public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

        public Stream Body { get; set; } = Stream.Null;

        public bool HasStarted => true;

        public void OnStarting(Func<object, Task> callback, object state) => throw new InvalidOperationException("The response has begun.");

        public void OnCompleted(Func<object, Task> callback, object state)
        {
            // Nothing here waits for it.
        }
    }

    private sealed class RequestLifetime : IHttpRequestLifetimeFeature
    {
        private readonly CancellationTokenSource _aborted = new();

        public RequestLifetime() => RequestAborted = _aborted.Token;

        public bool IsAborted => _aborted.IsCancellationRequested;

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => _aborted.Cancel();
    }

    /// <summary>Has the response go to a client that takes a part of a long message and no more.</summary>
    private Pipe NarrowPipe()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 4_096, resumeWriterThreshold: 2_048, useSynchronizationContext: false));
        _context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(pipe.Writer.AsStream()));
        return pipe;
    }

    private string Body => Encoding.UTF8.GetString(_body.ToArray());

    private HttpAnswerStream Create(bool takesStream = true) => new(_context, takesStream, TimeSpan.FromSeconds(10), _clock);
}
