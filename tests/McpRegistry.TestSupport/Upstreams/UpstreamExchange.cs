using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.TestSupport.Upstreams;

/// <summary>
/// One request and the answer being written. All JSON is text that goes out byte for byte. The answer is one JSON
/// document until <see cref="BeginStreamAsync"/> or a notification turns it into an event stream.
/// </summary>
public sealed class UpstreamExchange
{
    private readonly HttpContext _http;
    private bool _streaming;

    internal UpstreamExchange(HttpContext http, ReceivedRequest request, CancellationToken ended)
    {
        _http = http;
        Request = request;
        Ended = ended;
    }

    public ReceivedRequest Request { get; }

    /// <summary>Gets a token that is cancelled when the client hangs up or the upstream stops.</summary>
    public CancellationToken Ended { get; }

    internal bool ClosedHere { get; private set; }

    internal HttpResponse Response => _http.Response;

    public Task ResultAsync(string result) => SendAsync(Json.Result(Request.Id, result));

    public Task ErrorAsync(int code, string message, string? data = null, int status = StatusCodes.Status200OK)
    {
        if (!_streaming)
        {
            Response.StatusCode = status;
        }

        var tail = data is null ? "" : $",\"data\":{data}";
        return SendAsync($$$"""{"jsonrpc":"2.0","id":{{{Request.Id ?? "null"}}},"error":{"code":{{{code}}},"message":{{{Json.Text(message)}}}{{{tail}}}}}""");
    }

    public Task NotifyAsync(string method, string parameters) =>
        SendEventAsync($$"""{"jsonrpc":"2.0","method":{{Json.Text(method)}},"params":{{parameters}}}""");

    /// <summary>Reports progress under the client's token; does nothing when the client sent none.</summary>
    public Task ProgressAsync(double progress, double total) => Request.ProgressToken is { } token
        ? NotifyAsync("notifications/progress", string.Create(CultureInfo.InvariantCulture, $$"""{"progressToken":{{token}},"progress":{{progress}},"total":{{total}}}"""))
        : Task.CompletedTask;

    public Task LogAsync(string level, string data) =>
        NotifyAsync("notifications/message", $$"""{"level":{{Json.Text(level)}},"logger":"scripted","data":{{data}}}""");

    /// <summary>Asks the client something on this stream, as legacy servers do. The id is raw JSON.</summary>
    public Task AskAsync(string id, string method, string parameters) =>
        SendEventAsync($$"""{"jsonrpc":"2.0","id":{{id}},"method":{{Json.Text(method)}},"params":{{parameters}}}""");

    /// <summary>Sends the headers of an event stream; everything after it is an event.</summary>
    public async Task BeginStreamAsync()
    {
        if (_streaming)
        {
            return;
        }

        _streaming = true;
        Response.ContentType = "text/event-stream";
        Response.Headers.CacheControl = "no-cache";
        await Response.StartAsync(Ended);
        await Response.Body.FlushAsync(Ended);
    }

    /// <summary>Sends one message: as an event when the stream has begun, else as the whole body.</summary>
    public Task SendAsync(string message) => _streaming
        ? SendEventAsync(message)
        : BodyAsync("application/json", Encoding.UTF8.GetBytes(message));

    public Task SendEventAsync(string message) => SendEventsAsync(message);

    /// <summary>Sends several messages in one piece, for clients that wait only a moment for the next one.</summary>
    public async Task SendEventsAsync(params IEnumerable<string> messages)
    {
        await BeginStreamAsync();
        await WriteAsync(messages.SelectMany(Json.Event).ToArray());
    }

    /// <summary>Sends bytes as they are and flushes them, for answers that are cut or malformed.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        await Response.Body.WriteAsync(bytes, Ended);
        await Response.Body.FlushAsync(Ended);
    }

    /// <summary>Sets a header of the answer, which must not have begun.</summary>
    public void Header(string name, string value) => Response.Headers[name] = value;

    /// <summary>Sends a plain HTTP answer.</summary>
    public Task StatusAsync(int status, string contentType = "text/plain", string body = "")
    {
        Response.StatusCode = status;
        return BodyAsync(contentType, Encoding.UTF8.GetBytes(body));
    }

    /// <summary>Resets the connection at once.</summary>
    public void CloseConnection()
    {
        ClosedHere = true;
        try
        {
            _http.Abort();
        }
        catch (ObjectDisposedException)
        {
            // The client was faster.
        }
    }

    private async Task BodyAsync(string contentType, byte[] body)
    {
        Response.ContentType = contentType;
        Response.ContentLength = body.Length;
        await Response.Body.WriteAsync(body, Ended);
    }
}
