using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace McpRegistry.ProtocolFuzz.Upstreams.Channels;

/// <summary>A server behind one WebSocket.</summary>
internal sealed class SocketPeer : ChannelPeer, IDisposable
{
    private const string Magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly WebSocket _frames;

    private SocketPeer(int seed, string path, Socket socket, Stream stream)
        : base(seed, path)
    {
        _socket = socket;
        _stream = stream;
        _frames = WebSocket.CreateFromStream(stream, isServer: true, "mcp", Timeout.InfiniteTimeSpan);
    }

    /// <summary>Takes the connection over, and serves it until either side ends it.</summary>
    public static async Task ServeAsync(int seed, ServerRequest request, string key, Socket socket, Stream stream, CancellationToken cancellationToken)
    {
#pragma warning disable CA5350 // The handshake of WebSocket asks for it.
        var accepted = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Magic)));
#pragma warning restore CA5350
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accepted}\r\nSec-WebSocket-Protocol: mcp\r\n\r\n"), cancellationToken);
        using var peer = new SocketPeer(seed, request.Path, socket, stream);
        await peer.ServeAsync(cancellationToken);
    }

    public void Dispose()
    {
        _frames.Dispose();
        _stream.Dispose();
        _socket.Dispose();
    }

    protected override Task SendAsync(string json, CancellationToken cancellationToken) =>
        _frames.SendAsync(Encoding.UTF8.GetBytes(json), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);

    protected override async Task SendRawAsync(byte[] content, CancellationToken cancellationToken) => await _stream.WriteAsync(content, cancellationToken);

    protected override Task SendHalfAsync(byte[] content, CancellationToken cancellationToken) =>
        _frames.SendAsync(content, WebSocketMessageType.Text, endOfMessage: false, cancellationToken);

    protected override void Cut()
    {
        IsClosed = true;
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    private async Task ServeAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!IsClosed && await ReceiveAsync(cancellationToken) is { } message)
            {
                await AnswerAsync(message, cancellationToken);
            }

            if (!IsClosed)
            {
                await _frames.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or InvalidOperationException)
        {
            // The gateway has hung up, as half of the cases want it.
        }
    }

    private async Task<byte[]?> ReceiveAsync(CancellationToken cancellationToken)
    {
        using var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var part = await _frames.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            message.Write(buffer.AsSpan(0, part.Count));
            if (part.EndOfMessage)
            {
                return message.ToArray();
            }
        }
    }
}
