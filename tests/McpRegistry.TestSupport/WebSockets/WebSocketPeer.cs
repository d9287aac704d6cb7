using System.Net.WebSockets;
using System.Text;

namespace McpRegistry.TestSupport.WebSockets;

/// <summary>One open socket as the server sees it.</summary>
public sealed class WebSocketPeer : IDisposable
{
    private readonly WebSocket _socket;
    private readonly CancellationToken _stopping;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly TaskCompletionSource _resumed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<WebSocketCloseStatus?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isDeaf;

    internal WebSocketPeer(WebSocket socket, int number, IReadOnlyDictionary<string, string> headers, CancellationToken stopping)
    {
        _socket = socket;
        _stopping = stopping;
        Number = number;
        Headers = headers;
    }

    /// <summary>Gets the number of the socket, from 1 in the order of opening.</summary>
    public int Number { get; }

    /// <summary>Gets the headers of the handshake.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>Gets how the client ended it: the status of its close frame, or null when it was cut.</summary>
    public Task<WebSocketCloseStatus?> Ended => _ended.Task;

    public bool HasEnded => _ended.Task.IsCompleted;

    /// <summary>Stops reading, so that pings and close frames are not answered any more, as by a machine that vanished.</summary>
    public void StopReading() => _isDeaf = true;

    public Task SendAsync(string text) => SendFramesAsync(WebSocketMessageType.Text, Encoding.UTF8.GetBytes(text));

    /// <summary>Sends one message of these frames. Bytes of a text need not be text.</summary>
    public async Task SendFramesAsync(WebSocketMessageType type, params byte[][] frames)
    {
        await _turn.WaitAsync(_stopping);
        try
        {
            for (var i = 0; i < frames.Length; i++)
            {
                await _socket.SendAsync(frames[i], type, i == frames.Length - 1, _stopping);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Sends a close frame and reads on until the client's.</summary>
    public Task CloseAsync(WebSocketCloseStatus status) => _socket.CloseOutputAsync(status, "bye", _stopping);

    /// <summary>Cuts the connection.</summary>
    public void Abort()
    {
        _socket.Abort();
        _resumed.TrySetResult();
    }

    public void Dispose() => _turn.Dispose();

    internal async Task ServeAsync(Action<byte[]> receive)
    {
        WebSocketCloseStatus? status = null;
        try
        {
            while (await ReadAsync() is { } message)
            {
                receive(message);
                if (_isDeaf)
                {
                    await _resumed.Task;
                }
            }

            status = _socket.CloseStatus;
            if (_socket.State == WebSocketState.CloseReceived)
            {
                await CloseAsync(WebSocketCloseStatus.NormalClosure);
            }
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or IOException)
        {
            // Cut by either side.
        }
        finally
        {
            _ended.TrySetResult(status);
        }
    }

    private async Task<byte[]?> ReadAsync()
    {
        using var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer.AsMemory(), _stopping);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
            {
                return message.ToArray();
            }
        }
    }
}
