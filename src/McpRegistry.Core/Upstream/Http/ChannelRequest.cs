namespace McpRegistry.Upstream.Http;

/// <summary>A request that knows where it was sent from, so that whoever reads the response can tell of it.</summary>
internal sealed class ChannelRequest(HttpMethod method, Uri url, HttpChannel channel) : HttpRequestMessage(method, url)
{
    public HttpChannel Channel => channel;
}
