using System.Text;
using McpRegistry.AspNetCore.Gateway;
using McpRegistry.Gateway;
using McpRegistry.TestSupport;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Tests.Gateway;

public sealed class HttpAnswerStreamTests
{
    private static readonly GatewayAnswer Answer = new("{\"id\":1}"u8.ToArray());
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
    public async Task AbandonAsync_NothingSent_IsAccepted()
    {
        await using var stream = Create();

        await stream.AbandonAsync();
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(202, _context.Response.StatusCode);
        Assert.Empty(Body);
    }

    private string Body => Encoding.UTF8.GetString(_body.ToArray());

    private HttpAnswerStream Create(bool takesStream = true) => new(_context, takesStream, TimeSpan.FromSeconds(10), _clock);
}
