using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;

namespace McpRegistry.Upstream.Http;

/// <summary>Sends MCP messages to one URL. Holds no state of a session.</summary>
internal sealed class HttpChannel(HttpMessageInvoker http, Uri url, int maxMessageBytes)
{
    private int _oddities;

    public int MaxMessageBytes => maxMessageBytes;

    /// <summary>Gets how long opening a session may take. Default 30 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets who is told of what a server sends that is no message, and under which name; null for nobody.</summary>
    public (ILogger Log, string Name)? Teller { get; init; }

    /// <summary>Tells of something that is no message; once for a connection, for a server that does nothing else must not fill the log.</summary>
    public void NoteOddity()
    {
        if (Interlocked.Exchange(ref _oddities, 1) == 0 && Teller is var (log, name))
        {
            log.EventIgnored(name);
        }
    }

    public Task<HttpResponseMessage> PostAsync(ReadOnlyMemory<byte> body, Action<HttpRequestHeaders> setHeaders, CancellationToken cancellationToken)
    {
        var request = new ChannelRequest(HttpMethod.Post, url, this) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        setHeaders(request.Headers);
        return http.SendAsync(request, cancellationToken);
    }

    public Task<HttpResponseMessage> GetAsync(Action<HttpRequestHeaders> setHeaders, CancellationToken cancellationToken)
    {
        var request = new ChannelRequest(HttpMethod.Get, url, this);
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        setHeaders(request.Headers);
        return http.SendAsync(request, cancellationToken);
    }

    public Task<HttpResponseMessage> DeleteAsync(Action<HttpRequestHeaders> setHeaders, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Delete, url);
        setHeaders(request.Headers);
        return http.SendAsync(request, cancellationToken);
    }
}
