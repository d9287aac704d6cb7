using McpRegistry.Protocol;
using McpRegistry.Telemetry;

namespace McpRegistry.Upstream;

/// <summary>
/// Listens to one session while anybody wants to hear it. The stream that this needs is opened for the first listener and
/// then stays: another one may come, and a stream that comes and goes misses what happens in between.
/// </summary>
internal sealed class SessionWatch : IAsyncDisposable
{
    private readonly ListenerSet _listeners = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private Task _watching = Task.CompletedTask;
    private Task _opening = Task.CompletedTask;
    private bool _started;
    private bool _isDeaf;
    private bool _disposed;

    /// <summary>Adds a listener; dispose takes it out.</summary>
    public IDisposable Listen(UpstreamConnection connection, IUpstreamListener listener)
    {
        var membership = _listeners.Add(listener);
        _ = Start(connection);
        connection.Offer(listener);
        if (TryFindEnd(out var fault))
        {
            listener.Ended(fault);
        }

        return membership;
    }

    /// <summary>Opens the stream, unless it is open.</summary>
    /// <returns>Ends when the server is heard, and when it turns out that it will not be.</returns>
    public Task Start(UpstreamConnection connection)
    {
        lock (_lock)
        {
            if (!_started && !_disposed && !_isDeaf)
            {
                _started = true;
                var opening = new Opening();
                var membership = _listeners.Add(opening);
                _opening = opening.Done;
                _watching = Detached.Run(() => RunAsync(connection, membership));
            }

            return _opening;
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RunAsync(UpstreamConnection connection, IDisposable opening)
    {
        UpstreamFault? fault = SessionPool.Closed;
        try
        {
            fault = await connection.WatchAsync(_listeners, _stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The session is being closed, which is what the listeners are told.
        }
        catch (Exception exception)
        {
            // Whatever a server made of it, the session must still be closed, and its listeners must hear of the end.
            fault = new UpstreamFault(Discovery.FaultReasons.ProtocolError, $"Listening failed unexpectedly ({exception.GetType().Name}).");
        }

        lock (_lock)
        {
            // The next who wants to listen has it tried again, unless the server has no such stream.
            _started = false;
            _isDeaf = fault is null;
        }

        _listeners.Ended(fault);
        opening.Dispose();
    }

    /// <summary>Tells why nothing will be heard, for one who came too late to be told.</summary>
    private bool TryFindEnd(out UpstreamFault? fault)
    {
        lock (_lock)
        {
            fault = _disposed ? SessionPool.Closed : null;
            return _disposed || _isDeaf;
        }
    }

    private sealed class Opening : IUpstreamListener
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Done => _done.Task;

        public void Opened() => _done.TrySetResult();

        public void Notified(UpstreamMessage notification)
        {
            // Others listen to that.
        }

        public void Missed()
        {
            // Others listen to that.
        }

        public void Ended(UpstreamFault? fault) => _done.TrySetResult();
    }
}
