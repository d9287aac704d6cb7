using System.Net;
using System.Net.Sockets;

namespace McpRegistry.Upstream;

/// <summary>
/// Opens the sockets of upstream connections: resolves the name once, checks each address, connects to the checked address
/// itself. A name that changes its answer between check and connect therefore wins nothing.
/// </summary>
/// <remarks>
/// Give <see cref="ConnectAsync(SocketsHttpConnectionContext, CancellationToken)"/> to
/// <see cref="SocketsHttpHandler.ConnectCallback"/> and set <c>UseProxy</c> and <c>AllowAutoRedirect</c> to false: behind a
/// proxy the address would be the proxy's.
/// </remarks>
internal sealed class OutboundConnector(OutboundAddressPolicy policy, IAddressResolver resolver)
{
    public ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var isEncrypted = IsEncrypted(context.InitialRequestMessage.RequestUri);
        return ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, isEncrypted, cancellationToken);
    }

    internal static bool IsEncrypted(Uri? url) => url?.Scheme is "https" or "wss";

    internal async ValueTask<Stream> ConnectAsync(string host, int port, bool isEncrypted, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(host, out var literal)
            ? [literal]
            : await resolver.ResolveAsync(host, cancellationToken).ConfigureAwait(false);
        string? reason = null;
        SocketException? failure = null;
        foreach (var address in addresses)
        {
            if (!IsAllowed(address, isEncrypted, out var refusal))
            {
                reason ??= refusal;
                continue;
            }

            try
            {
                return await OpenAsync(address, port, cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException exception)
            {
                failure = exception;
            }
        }

        throw failure is not null
            ? new HttpRequestException(HttpRequestError.ConnectionError, $"No address of the host accepts connections on port {port}.", failure)
            : new OutboundAddressException(reason ?? "The name of the host has no address.");
    }

    private static async Task<Stream> OpenAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        // A watch stream may be silent for hours; this tells a quiet server from one whose machine has vanished.
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private bool IsAllowed(IPAddress address, bool isEncrypted, out string? reason)
    {
        if (!policy.IsAllowed(address, out reason))
        {
            return false;
        }

        // A URL may arrive here that no validator has seen, such as the one an SSE server names for its posts.
        if (!isEncrypted && !policy.AllowHttp && !OutboundAddressPolicy.IsLoopback(address))
        {
            reason = $"Plain http or ws to {address} is refused; {OutboundOptions.SectionName}:AllowHttp would allow it.";
        }

        return reason is null;
    }
}
