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
    private bool _started;
    private bool _isDeaf;
    private bool _disposed;

    /// <summary>Adds a listener; dispose takes it out.</summary>
    public IDisposable Listen(UpstreamConnection connection, IUpstreamListener listener)
    {
        var membership = _listeners.Add(listener);
        Start(connection);
        if (TryFindEnd(out var fault))
        {
            listener.Ended(fault);
        }

        return membership;
    }

    /// <summary>Opens the stream, unless it is open.</summary>
    public void Start(UpstreamConnection connection)
    {
        lock (_lock)
        {
            if (_started || _disposed || _isDeaf)
            {
                return;
            }

            _started = true;
            _watching = Task.Run(() => RunAsync(connection));
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

    private async Task RunAsync(UpstreamConnection connection)
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

        lock (_lock)
        {
            // The next who wants to listen has it tried again, unless the server has no such stream.
            _started = false;
            _isDeaf = fault is null;
        }

        _listeners.Ended(fault);
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
}
