using McpRegistry.Gateway.Resumption;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Gateway;

/// <summary>The HTTP response over which a client hears a stream with ids.</summary>
/// <param name="context">The HTTP side.</param>
/// <param name="stream">Writes the response.</param>
/// <param name="hasCall">Whether the request is the call itself, which goes on when the response has ended.</param>
internal sealed class EventConnection(HttpContext context, HttpAnswerStream stream, bool hasCall) : IEventConnection
{
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private volatile bool _isClosed;
    private bool _isReleased;

    public bool IsOpen => !_isClosed && stream.IsOpen;

    /// <summary>Gets a task that ends when the response has to end.</summary>
    public Task Closed => _closed.Task;

    public async ValueTask<bool> StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await stream.StartAsync(cancellationToken);
            return IsOpen;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public async ValueTask<bool> WriteAsync(EventId id, ReadOnlyMemory<byte> json, TimeSpan retry, CancellationToken cancellationToken) =>
        IsOpen && await stream.TrySendEventAsync(id, json, retry, cancellationToken);

    public void Close()
    {
        _isClosed = true;
        _closed.TrySetResult();
        lock (_lock)
        {
            if (!_isReleased && (hasCall || stream.IsWriting))
            {
                // Neither a request that still runs nor a client that takes nothing leaves another way to end the response.
                context.Abort();
            }
        }
    }

    /// <summary>Notes that the request has come to its end: the context is another one's from then on.</summary>
    public void Release()
    {
        _isClosed = true;
        lock (_lock)
        {
            _isReleased = true;
        }
    }
}
