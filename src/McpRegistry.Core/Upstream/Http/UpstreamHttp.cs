using System.Diagnostics;
using System.Net.WebSockets;
using McpRegistry.Gateway;
using Microsoft.Extensions.Options;

namespace McpRegistry.Upstream.Http;

/// <summary>The one HTTP stack towards upstreams: no redirects, no cookies, no proxy, every address checked.</summary>
internal sealed class UpstreamHttp : IDisposable
{
    private readonly SocketsHttpHandler _handler;
    private readonly HttpMessageInvoker _invoker;
    private readonly int _maxMessageBytes;

    public UpstreamHttp(IOptions<UpstreamOptions> options, IOptions<GatewayOptions> gateway, OutboundConnector connector)
    {
        _maxMessageBytes = options.Value.MaxMessageBytes;
        _handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectCallback = connector.ConnectAsync,
            ConnectTimeout = options.Value.ConnectTimeout,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            EnableMultipleHttp2Connections = true,
            ActivityHeadersPropagator = gateway.Value.ForwardBaggage
                ? DistributedContextPropagator.Current
                : new BoundaryPropagator(DistributedContextPropagator.Current),
        };
        _invoker = new HttpMessageInvoker(_handler, disposeHandler: false);
    }

    /// <summary>Makes a client of the same stack for the SDK's transports, which talks to the origin of one URL only.</summary>
    public HttpClient CreateClient(Uri url) =>
        new(new SameOriginHandler(_handler, url), disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    public HttpChannel CreateChannel(Uri url) => new(_invoker, url, _maxMessageBytes);

    /// <summary>Opens a WebSocket; everything that holds for requests holds for it.</summary>
    public Task ConnectAsync(ClientWebSocket socket, Uri url, CancellationToken cancellationToken) => socket.ConnectAsync(url, _invoker, cancellationToken);

    public void Dispose()
    {
        _invoker.Dispose();
        _handler.Dispose();
    }
}
