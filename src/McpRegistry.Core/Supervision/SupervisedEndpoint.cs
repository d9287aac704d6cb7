using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;

namespace McpRegistry.Supervision;

/// <summary>
/// Keeps one connection to an endpoint open: connects, watches, notices its death, and connects again with a growing wait.
/// </summary>
internal sealed class SupervisedEndpoint : IAsyncDisposable
{
    private readonly EndpointContext _context;
    private readonly RegisteredServer _server;
    private readonly IEndpointListener _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource<ConnectResult> _attempt = NewAttempt();
    private TaskCompletionSource _suspected = NewSignal();
    private TaskCompletionSource _awaited = NewSignal();
    private Task _running = Task.CompletedTask;
    private long _lastAttempt;

    public SupervisedEndpoint(EndpointContext context, RegisteredServer server, ServerEndpoint endpoint, IEndpointListener listener)
    {
        _context = context;
        _server = server;
        _listener = listener;
        Endpoint = endpoint;
        Sessions = new SessionPool(context.Connector, server, endpoint, context.Options, context.Time);
    }

    public ServerEndpoint Endpoint { get; }

    public SessionPool Sessions { get; }

    /// <summary>Gets the open connection; null while there is none.</summary>
    public UpstreamConnection? Connection { get; private set; }

    /// <summary>Gets why the last attempt failed or the last connection ended; null while connected or not tried.</summary>
    public UpstreamFault? Fault { get; private set; }

    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>Waits for the connection, and cuts the wait of the back-off short unless an attempt was just made.</summary>
    public async ValueTask<ConnectResult> GetAsync(CancellationToken cancellationToken)
    {
        Task<ConnectResult> attempt;
        lock (_lock)
        {
            if (_stopping.IsCancellationRequested)
            {
                // Found just before it was removed; no further attempt will come.
                return SessionPool.Removed;
            }

            if (Connection is { } connection)
            {
                return connection;
            }

            if (Fault is { } fault && _context.Time.GetElapsedTime(_lastAttempt) < _context.Options.Value.ReconnectDelay)
            {
                return fault;
            }

            attempt = _attempt.Task;
            _awaited.TrySetResult();
        }

        return await attempt.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says that a call met a dead server, so that the connection is checked now.</summary>
    public void Suspect()
    {
        lock (_lock)
        {
            _suspected.TrySetResult();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        await Sessions.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        var failures = 0;
        try
        {
            while (!_stopping.IsCancellationRequested)
            {
                var result = await ConnectAsync().ConfigureAwait(false);
                if (result.Connected)
                {
                    var opened = _context.Time.GetTimestamp();
                    await ServeAsync(result.Connection).ConfigureAwait(false);
                    failures = _context.Time.GetElapsedTime(opened) > _context.Options.Value.MaxReconnectDelay ? 1 : failures + 1;
                }
                else
                {
                    Down(result.Fault);
                    failures++;
                }

                await PauseAsync(failures).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The server was removed or the host stops.
        }

        Down(SessionPool.Removed, silent: true);
    }

    private async ValueTask<ConnectResult> ConnectAsync()
    {
        await _context.Gate.WaitAsync(_stopping.Token).ConfigureAwait(false);
        try
        {
            _lastAttempt = _context.Time.GetTimestamp();
            return await _context.Connector.ConnectAsync(_server, Endpoint, _stopping.Token).ConfigureAwait(false);
        }
        finally
        {
            _context.Gate.Release();
        }
    }

    /// <summary>Uses a connection until it ends. One that the far end closed may be only that: it is replaced in silence if possible.</summary>
    private async Task ServeAsync(UpstreamConnection connection)
    {
        var quickEnds = 0;
        while (true)
        {
            Up(connection);
            var opened = _context.Time.GetTimestamp();
            UpstreamFault fault;
            try
            {
                fault = await WatchAsync(connection).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
                throw;
            }

            if (Endpoint.Transport == TransportKind.Stdio)
            {
                // A process that ended is an event of its own; its successor starts after the pause.
                Down(fault);
                await connection.DisposeAsync().ConfigureAwait(false);
                return;
            }

            await connection.DisposeAsync().ConfigureAwait(false);
            quickEnds = _context.Time.GetElapsedTime(opened) < _context.Options.Value.MaxReconnectDelay ? quickEnds + 1 : 0;
            if (quickEnds > 1)
            {
                // A server that ends each watch at once must not be connected to in a tight loop.
                await PauseAsync(quickEnds).ConfigureAwait(false);
            }

            var again = await ConnectAsync().ConfigureAwait(false);
            if (!again.Connected)
            {
                Down(again.Fault);
                return;
            }

            connection = again.Connection;
        }
    }

    private async Task<UpstreamFault> WatchAsync(UpstreamConnection connection)
    {
        Task suspected;
        lock (_lock)
        {
            _suspected = NewSignal();
            suspected = _suspected.Task;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var watch = connection.WatchAsync(_listener.Changed, ending.Token);
        await Task.WhenAny(watch, suspected).ConfigureAwait(false);
        if (watch.IsCompletedSuccessfully && await watch.ConfigureAwait(false) is null)
        {
            // Nothing to watch: the next failing call tells.
            await suspected.WaitAsync(_stopping.Token).ConfigureAwait(false);
        }

        await ending.CancelAsync().ConfigureAwait(false);
        try
        {
            var fault = await watch.ConfigureAwait(false);
            return fault ?? new UpstreamFault(Discovery.FaultReasons.Unreachable, "A call met a closed connection.");
        }
        catch (OperationCanceledException) when (!_stopping.IsCancellationRequested)
        {
            return new UpstreamFault(Discovery.FaultReasons.Unreachable, "A call met a closed connection.");
        }
    }

    private void Up(UpstreamConnection connection)
    {
        TaskCompletionSource<ConnectResult> attempt;
        lock (_lock)
        {
            Connection = connection;
            Fault = null;
            attempt = _attempt;
        }

        attempt.TrySetResult(connection);
        _listener.Connected(this);
    }

    private void Down(UpstreamFault fault, bool silent = false)
    {
        TaskCompletionSource<ConnectResult> attempt;
        lock (_lock)
        {
            Connection = null;
            Fault = fault;
            attempt = _attempt;
            _attempt = NewAttempt();
        }

        attempt.TrySetResult(fault);
        if (!silent)
        {
            _listener.Disconnected(this, fault);
        }
    }

    private async Task PauseAsync(int failures)
    {
        var options = _context.Options.Value;
        var factor = Math.Pow(2, Math.Min(failures - 1, 20));
        var delay = TimeSpan.FromTicks((long)Math.Min(options.ReconnectDelay.Ticks * factor, options.MaxReconnectDelay.Ticks));
        Task awaited;
        lock (_lock)
        {
            _awaited = NewSignal();
            awaited = _awaited.Task;
        }

        // Up to a quarter more, so that servers that fell together do not come back together.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var pause = Task.Delay(delay * (1 + (_context.Jitter() / 4)), _context.Time, ending.Token);

        // A caller that waits for the connection ends the pause.
        await Task.WhenAny(pause, awaited).ConfigureAwait(false);
        await ending.CancelAsync().ConfigureAwait(false);
        _stopping.Token.ThrowIfCancellationRequested();
    }

    private static TaskCompletionSource<ConnectResult> NewAttempt() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
