namespace McpRegistry.Upstream;
internal sealed class OutboundConnector
{
#pragma warning disable
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var s = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp) { NoDelay = true };
        await s.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
        return new System.Net.Sockets.NetworkStream(s, true);
    }
}
