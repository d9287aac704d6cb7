using System.Net.WebSockets;
using System.Threading.Channels;
using McpRegistry.Discovery;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Protocol;

namespace McpRegistry.Upstream.Channels;

/// <summary>A server behind a WebSocket: each text message is one JSON-RPC message, in both directions.</summary>
internal sealed partial class WebSocketTransport : ITransport
{
    private readonly WebSocket _socket;
    private readonly string _name;
    private readonly UpstreamOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    /// <summary>
    /// Pongs come between the messages, so that reading must go on while a caller is slow with his: the server would be taken
    /// for gone. One that fills even this is not read any further.
    /// </summary>
    private readonly MessageBacklog _received;
    private readonly WriteTurns _turns = new();
    private readonly CancellationTokenSource _disposed = new();
    private readonly CancellationToken _closing;
    private readonly Task _reading;
    private int _saidGoodbye;
    private int _disposals;

    /// <summary>Takes over an open socket.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="name">The server's alias, for the log.</param>
    /// <param name="options">The largest message and the time to close.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Hears of breaches of the protocol.</param>
    public WebSocketTransport(WebSocket socket, string name, UpstreamOptions options, TimeProvider time, ILogger log)
    {
        _socket = socket;
        _name = name;
        _options = options;
        _time = time;
        _log = log;
        _received = new MessageBacklog(options.MaxMessageBytes);
        _closing = _disposed.Token;
        _reading = Task.Run(ReadAsync);
    }

    public string? SessionId => null;

    public ChannelReader<JsonRpcMessage> MessageReader => _received;

    public Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        var json = JsonRpcText.Write(message);
        return _turns.WriteAsync(() => SendAsync(json), cancellationToken);
    }

    /// <summary>Closes the socket in good order if the server takes part in that in time, else at once.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposals, 1) == 1)
        {
            return;
        }

        await _disposed.CancelAsync().ConfigureAwait(false);
        using (CutLater())
        {
            await SayGoodbyeAsync(WebSocketCloseStatus.NormalClosure, null).ConfigureAwait(false);
            await _reading.ConfigureAwait(false);
        }

        _socket.Dispose();
        _disposed.Dispose();
    }

    private async Task SendAsync(ReadOnlyMemory<byte> json)
    {
        try
        {
            await _socket.SendAsync(json, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not ChannelFaultException)
        {
            // Many types say one thing here: the socket is no longer open.
            throw new ChannelFaultException(Lost, exception);
        }
    }

    /// <summary>Sends the close frame, if none was sent. A write that is stuck before it ends when the socket is cut.</summary>
    private async Task SayGoodbyeAsync(WebSocketCloseStatus status, string? why)
    {
        if (Interlocked.Exchange(ref _saidGoodbye, 1) == 1)
        {
            return;
        }

        try
        {
            await _turns.WriteAsync(() => _socket.CloseOutputAsync(status, why, CancellationToken.None), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // It is closed already, or broken: there is nobody to take leave of.
        }
    }

    /// <summary>Cuts the socket when the time to close it is over, unless the result is disposed before.</summary>
    private Cut CutLater() => new(_socket, _options.ProcessShutdownTimeout, _time);

    private static UpstreamFault Lost { get; } = new(FaultReasons.Unreachable, "The WebSocket to the server was lost.", MayHaveRun: true);

    private sealed class Cut : IDisposable
    {
        private readonly CancellationTokenSource _late;
        private readonly CancellationTokenRegistration _registration;

        public Cut(WebSocket socket, TimeSpan after, TimeProvider time)
        {
            _late = new CancellationTokenSource(after, time);
            _registration = _late.Token.UnsafeRegister(static socket => ((WebSocket)socket!).Abort(), socket);
        }

        public void Dispose()
        {
            _registration.Dispose();
            _late.Dispose();
        }
    }
}
