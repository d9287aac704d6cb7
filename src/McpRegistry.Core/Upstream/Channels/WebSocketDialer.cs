using System.Net;
using System.Net.WebSockets;
using McpRegistry.Credentials;
using McpRegistry.Discovery;
using McpRegistry.Upstream.Http;

namespace McpRegistry.Upstream.Channels;

/// <summary>Opens WebSockets on the HTTP stack of all upstreams, so that the same addresses are refused and nothing is redirected.</summary>
internal static class WebSocketDialer
{
    private const string SubProtocol = "mcp";

    /// <summary>Opens a socket.</summary>
    /// <param name="http">The stack.</param>
    /// <param name="url">A ws or wss URL.</param>
    /// <param name="credential">What is shown to the server; null for nothing.</param>
    /// <param name="options">The times of the keep-alive.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <returns>The socket, or the fault.</returns>
    public static async ValueTask<(WebSocket? Socket, UpstreamFault? Fault)> DialAsync(
        UpstreamHttp http, Uri url, CredentialSource? credential, UpstreamOptions options, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(SubProtocol);
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.KeepAliveInterval = options.WebSocketKeepAliveInterval;
        socket.Options.KeepAliveTimeout = options.WebSocketKeepAliveTimeout;
        UpstreamFault fault;
        try
        {
            await http.ConnectAsync(socket, url, credential, cancellationToken).ConfigureAwait(false);
            if (socket.SubProtocol == SubProtocol)
            {
                return (socket, null);
            }

            fault = new UpstreamFault(FaultReasons.ProtocolError, "The server does not agree to the WebSocket sub-protocol mcp.");
        }
        catch (WebSocketException exception)
        {
            fault = FaultOf(exception, socket.HttpStatusCode);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        socket.Dispose();
        return (null, fault);
    }

    private static UpstreamFault FaultOf(WebSocketException exception, HttpStatusCode status) => exception.InnerException switch
    {
        // Of the handshake itself: the server answered.
        null when status is HttpStatusCode.SwitchingProtocols =>
            new(FaultReasons.ProtocolError, "The server's answer to the WebSocket handshake is not one, or names another sub-protocol than mcp."),
        null when (int)status is >= 200 and < 300 => new(FaultReasons.ProtocolError, $"The server opens no WebSocket at this URL (HTTP {(int)status})."),
        null when (int)status > 0 => HttpFaults.FromStatus(status),
        { } inner => HttpFaults.FromException(inner),
        null => new(FaultReasons.Unreachable, "The server refuses the connection."),
    };
}
