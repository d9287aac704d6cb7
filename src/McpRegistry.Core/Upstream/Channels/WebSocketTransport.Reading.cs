using System.Buffers;
using System.Net.WebSockets;
using McpRegistry.Discovery;

namespace McpRegistry.Upstream.Channels;

/// <content>What comes in.</content>
internal sealed partial class WebSocketTransport
{
    private const int ReadSize = 4 * 1024;

    /// <summary>A buffer that grew beyond this is given back after the message for which it grew.</summary>
    private const int KeptBytes = 64 * 1024;

    private bool _oddLogged;

    private async Task ReadAsync()
    {
        Ending ending;
        try
        {
            ending = await ReceiveAllAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Reset, silent for too long, or not WebSocket at all. Whatever it was, it is over for everybody who waits.
            _received.Complete(new ChannelFaultException(FaultOf(exception), exception));
            _socket.Abort();
            return;
        }

        // Callers need not wait until the server has taken leave.
        _received.Complete(new ChannelFaultException(ending.Fault));
        if (ending.Status != WebSocketCloseStatus.NormalClosure)
        {
            _log.WebSocketClosed(_name, ending.Fault.Message);
        }

        using (CutLater())
        {
            await SayGoodbyeAsync(ending.Status, ending.Fault.Message).ConfigureAwait(false);
            await DrainAsync().ConfigureAwait(false);
        }

        _socket.Abort();
    }

    /// <summary>Passes messages on until the server closes the socket, breaks the rules, or this side closes.</summary>
    private async ValueTask<Ending> ReceiveAllAsync()
    {
        var message = new ArrayBufferWriter<byte>(ReadSize);
        while (true)
        {
            var part = await _socket.ReceiveAsync(message.GetMemory(ReadSize), CancellationToken.None).ConfigureAwait(false);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return Ending.ByServer((int?)_socket.CloseStatus);
            }

            if (part.MessageType == WebSocketMessageType.Binary)
            {
                return Ending.Binary;
            }

            message.Advance(part.Count);
            if (message.WrittenCount > _options.MaxMessageBytes)
            {
                return Ending.TooLarge(_options.MaxMessageBytes);
            }

            if (!part.EndOfMessage)
            {
                continue;
            }

            if (!await TryPassAsync(message.WrittenMemory).ConfigureAwait(false))
            {
                return Ending.ByGateway;
            }

            if (message.Capacity > KeptBytes)
            {
                message = new ArrayBufferWriter<byte>(ReadSize);
            }
            else
            {
                message.ResetWrittenCount();
            }
        }
    }

    /// <summary>Passes a message on; false when nobody reads any more.</summary>
    private async ValueTask<bool> TryPassAsync(ReadOnlyMemory<byte> json)
    {
        var message = JsonRpcText.TryRead(json);
        if (message is null)
        {
            // Once for a socket: a server that does nothing else must not fill the log.
            if (!_oddLogged)
            {
                _oddLogged = true;
                _log.WebSocketMessageIgnored(_name);
            }

            return !_closing.IsCancellationRequested;
        }

        try
        {
            await _received.AddAsync(message, json.Length, _closing).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Reads away what comes before the server's close frame; unread bytes would reset the connection before ours arrives.</summary>
    private async ValueTask DrainAsync()
    {
        var scratch = new byte[ReadSize];
        try
        {
            while (_socket.State is WebSocketState.Open or WebSocketState.CloseSent)
            {
                await _socket.ReceiveAsync(scratch.AsMemory(), CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception)
        {
            // Cut or broken; either way it is closed.
        }
    }

    private static UpstreamFault FaultOf(Exception exception) =>
        exception is WebSocketException { WebSocketErrorCode: WebSocketError.Faulted, InnerException: null }
            ? new UpstreamFault(FaultReasons.ProtocolError, "The server does not keep to the WebSocket protocol; its connection was closed.", MayHaveRun: true)
            : Lost;

    /// <summary>Why the messages ended, for the callers and for the server.</summary>
    private readonly record struct Ending(WebSocketCloseStatus Status, UpstreamFault Fault)
    {
        public static Ending ByGateway { get; } = new(
            WebSocketCloseStatus.NormalClosure, new(FaultReasons.Unreachable, "The gateway closed the connection.", MayHaveRun: true) { IsOwnDoing = true });

        public static Ending Binary { get; } = new(
            WebSocketCloseStatus.InvalidMessageType,
            new(FaultReasons.ProtocolError, "The server sent a binary message; MCP is text. Its connection was closed.", MayHaveRun: true));

        public static Ending ByServer(int? status) => new(
            WebSocketCloseStatus.NormalClosure,
            new(FaultReasons.Unreachable, status is null ? "The server closed the connection." : $"The server closed the connection ({status}).", MayHaveRun: true));

        public static Ending TooLarge(int limit) => new(
            WebSocketCloseStatus.MessageTooBig,
            new(FaultReasons.TooLarge, $"A message of the server exceeds {limit} bytes; its connection was closed.", MayHaveRun: true));
    }
}
