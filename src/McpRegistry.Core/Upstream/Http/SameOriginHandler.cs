using McpRegistry.Discovery;
using McpRegistry.Upstream.Channels;

namespace McpRegistry.Upstream.Http;

/// <summary>
/// Lets requests pass to one origin only. An HTTP+SSE server names the URL for its posts itself; another origin there would
/// make the gateway a messenger to places that nobody registered (protocol.md 5.6).
/// </summary>
internal sealed class SameOriginHandler(HttpMessageHandler inner, Uri origin) : DelegatingHandler(inner)
{
    private static readonly UpstreamFault Elsewhere = new(FaultReasons.Unreachable, "The server names a URL of another origin for its messages; nothing is sent there.");

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        request.RequestUri is { } url && Uri.Compare(url, origin, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0
            ? base.SendAsync(request, cancellationToken)
            : throw new ChannelFaultException(Elsewhere);
}
