using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using McpRegistry.TestSupport.Upstreams;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.TestSupport.WebSockets;

/// <summary>
/// A real MCP server over WebSocket on loopback that says, message for message, what its script says. All messages are
/// recorded, all sockets are counted, and every wait is for a signal.
/// </summary>
public sealed class WebSocketUpstream : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Changes _changes = new();
    private readonly ConcurrentDictionary<WebSocketPeer, byte> _peers = new();
    private readonly ConcurrentDictionary<string, WebSocketHandler> _script = new(StringComparer.Ordinal);
    private readonly UpstreamOptions _options;
    private readonly UpstreamListener _listener;
    private readonly bool _isEncrypted;
    private int _accepted;
    private int _disposed;

    private WebSocketUpstream(UpstreamOptions options, int port, X509Certificate2? certificate)
    {
        _options = options;
        _isEncrypted = certificate is not null;
        Requests = new RequestLog(_changes);
        _listener = new UpstreamListener(HandleAsync, port, _changes, certificate);
    }

    /// <summary>Gets the ws or wss URL.</summary>
    public Uri Url { get; private set; } = null!;

    public RequestLog Requests { get; }

    /// <summary>Gets the sockets that are open now.</summary>
    public IReadOnlyList<WebSocketPeer> Peers => [.. _peers.Keys.OrderBy(peer => peer.Number)];

    public int OpenConnections => _listener.Connections;

    /// <summary>Gets how many sockets were opened so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Gets or sets the sub-protocol that is agreed to; null agrees to none.</summary>
    public string? SubProtocol { get; set; } = "mcp";

    /// <summary>Gets or sets what answers the handshake instead of opening a socket; null opens it.</summary>
    public RequestDelegate? Refusal { get; set; }

    /// <summary>Gets or sets what is let in; the rest gets 401.</summary>
    public Func<HttpRequest, bool> Admits { get; set; } = static _ => true;

    /// <summary>Starts an upstream. A port other than 0 lets one come back where another was; a certificate makes it wss.</summary>
    public static async Task<WebSocketUpstream> StartAsync(
        UpstreamOptions options, CancellationToken cancellationToken, int port = 0, X509Certificate2? certificate = null)
    {
        var upstream = new WebSocketUpstream(options, port, certificate);
        var url = new UriBuilder(await upstream._listener.StartAsync(cancellationToken)) { Scheme = upstream._isEncrypted ? "wss" : "ws" };
        upstream.Url = url.Uri;
        return upstream;
    }

    /// <summary>Sets or replaces the handler of a method, also while calls are under way.</summary>
    public WebSocketUpstream On(string method, WebSocketHandler handler)
    {
        _script[method] = handler;
        return this;
    }

    /// <summary>Waits until something about this upstream holds, such as "no socket is open".</summary>
    public Task WaitUntilAsync(Func<WebSocketUpstream, bool> condition, string expected, CancellationToken cancellationToken) =>
        _changes.UntilAsync(() => condition(this), expected, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        await _stopping.CancelAsync();
        foreach (var peer in Peers)
        {
            peer.Abort();
        }

        await _listener.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task HandleAsync(HttpContext http)
    {
        if (Refusal is { } refusal)
        {
            await refusal(http);
            return;
        }

        if (!Admits(http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        if (!http.WebSockets.IsWebSocketRequest)
        {
            http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            return;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync(SubProtocol);
        var headers = http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        using var peer = new WebSocketPeer(socket, Interlocked.Increment(ref _accepted), headers, _stopping.Token);
        _peers.TryAdd(peer, 0);
        _changes.Raise();
        try
        {
            await peer.ServeAsync(body => Receive(peer, body));
        }
        finally
        {
            _peers.TryRemove(peer, out _);
            _changes.Raise();
        }
    }

    private void Receive(WebSocketPeer peer, byte[] body)
    {
        var request = new ReceivedRequest("WS", peer.Headers, body);
        Requests.Add(request);
        var exchange = new WebSocketExchange(peer, request);
        var handler = _script.GetValueOrDefault(request.Method) ?? BuiltInMethods.Find(_options, request);
        if (handler is not null)
        {
            // Not awaited, so that calls run side by side and the socket is read on.
            _ = RunAsync(handler, exchange);
        }
    }

    private async Task RunAsync(WebSocketHandler handler, WebSocketExchange exchange)
    {
        try
        {
            await handler(exchange);
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException or ObjectDisposedException or IOException)
        {
            // The socket is gone, and so is whoever asked.
        }
        finally
        {
            exchange.Request.End(exchange.Peer.HasEnded);
            _changes.Raise();
        }
    }
}
