using System.Net.Http.Headers;

namespace McpRegistry.Upstream.Http;

/// <summary>Sends MCP messages to one URL. Holds no state of a session.</summary>
internal sealed class HttpChannel(HttpMessageInvoker http, Uri url, int maxMessageBytes)
{
    public int MaxMessageBytes => maxMessageBytes;

    /// <summary>Gets how long opening a session may take. Default 30 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public Task<HttpResponseMessage> PostAsync(ReadOnlyMemory<byte> body, Action<HttpRequestHeaders> setHeaders, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        setHeaders(request.Headers);
        return http.SendAsync(request, cancellationToken);
    }

    public Task<HttpResponseMessage> GetAsync(Action<HttpRequestHeaders> setHeaders, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
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
