using System.Diagnostics;
using System.Net.WebSockets;
using McpRegistry.Credentials;
using McpRegistry.Gateway;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.Upstream.Http;

/// <summary>The one HTTP stack towards upstreams: no redirects, no cookies, no proxy, every address checked.</summary>
internal sealed class UpstreamHttp : IDisposable
{
    private readonly SocketsHttpHandler _handler;
    private readonly HttpMessageInvoker _invoker;
    private readonly int _maxMessageBytes;
    private readonly TimeSpan _connectTimeout;

    public UpstreamHttp(IOptions<UpstreamOptions> options, IOptions<GatewayOptions> gateway, OutboundConnector connector)
    {
        _maxMessageBytes = options.Value.MaxMessageBytes;
        _connectTimeout = options.Value.ConnectTimeout;
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

    /// <summary>Makes a client of the same stack for HTTP+SSE, which talks to the origin of one URL only.</summary>
    public HttpClient CreateClient(Uri url, CredentialSource? credential) =>
        new(new SameOriginHandler(WithCredential(url, credential), url), disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    public HttpChannel CreateChannel(Uri url, CredentialSource? credential, (ILogger Log, string Name)? teller = null) =>
        new(CreateInvoker(url, credential), url, _maxMessageBytes) { ConnectTimeout = _connectTimeout, Teller = teller };

    /// <summary>Opens a WebSocket; everything that holds for requests holds for it.</summary>
    public Task ConnectAsync(ClientWebSocket socket, Uri url, CredentialSource? credential, CancellationToken cancellationToken) =>
        socket.ConnectAsync(url, CreateInvoker(url, credential), cancellationToken);

    /// <summary>Sends a request that is none of MCP, with the credentials that it has and no others.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => _invoker.SendAsync(request, cancellationToken);

    public void Dispose()
    {
        _invoker.Dispose();
        _handler.Dispose();
    }

    private HttpMessageInvoker CreateInvoker(Uri url, CredentialSource? credential) =>
        credential is null ? _invoker : new HttpMessageInvoker(WithCredential(url, credential), disposeHandler: false);

    private HttpMessageHandler WithCredential(Uri url, CredentialSource? credential) =>
        credential is null ? _handler : new CredentialHandler(_handler, url, credential);
}
