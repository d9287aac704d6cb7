using McpRegistry.Balancing;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Telemetry;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;

namespace McpRegistry.Supervision;

/// <summary>
/// Keeps one connection to an endpoint open: connects, watches, notices its death, and connects again with a growing wait.
/// </summary>
internal sealed partial class SupervisedEndpoint : IAsyncDisposable
{
    private readonly EndpointContext _context;
    private readonly RegisteredServer _server;
    private readonly IEndpointListener _listener;
    private readonly EndpointChanges _changes;
    private readonly ConnectionCounts _counts;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();

    /// <summary>The attempt under way, or while there is a connection the one that will replace it.</summary>
    private TaskCompletionSource<ConnectResult> _attempt = NewAttempt();
    private TaskCompletionSource _suspected = NewSignal();
    private TaskCompletionSource _awaited = NewSignal();
    private Task _running = Task.CompletedTask;
    private Task _drained = Task.CompletedTask;

    /// <summary>When the last attempt to connect ended: one that hung for long was made just now.</summary>
    private long _lastAttempt;
    private bool _isSlow;
    private volatile UpstreamConnection? _connection;
    private volatile UpstreamConnection? _unheard;

    public SupervisedEndpoint(EndpointContext context, RegisteredServer server, int ordinal, IEndpointListener listener, EndpointChanges? changes = null)
    {
        var endpoint = server.Endpoints[ordinal];
        _context = context;
        _server = server;
        _listener = listener;
        _changes = changes ?? new EndpointChanges();
        _counts = new ConnectionCounts(context.Time);
        Endpoint = endpoint;
        Load = new EndpointLoad(endpoint, ordinal, context.Balancing.Options, context.Time, context.Breakers.Take(server, endpoint), _changes);
        Load.Breaker.CountBy(_changes);
        Listeners.Add(new ChangeListener(listener));
        Sessions = new SessionPool(context.Connector, server, endpoint, context.Options, context.Time, context.Resilience.EndsLostSessions(server), _counts);
    }

    public ServerEndpoint Endpoint { get; private set; }

    public SessionPool Sessions { get; }

    /// <summary>Gets what is known from the calls that went there.</summary>
    public EndpointLoad Load { get; }

    /// <summary>Gets who listens to the connection, whichever it is at the time.</summary>
    public ListenerSet Listeners { get; } = new();

    /// <summary>Gets the open connection; null while there is none.</summary>
    public UpstreamConnection? Connection
    {
        get => _connection;
        private set
        {
            _connection = value;
            _changes.Add();
        }
    }

    /// <summary>Gets the connection whose server turned out not to tell of changes; null while none did.</summary>
    public UpstreamConnection? Unheard => _unheard;

    /// <summary>Gets why the last attempt failed or the last connection ended; null while connected or not tried.</summary>
    public UpstreamFault? Fault { get; private set; }

    /// <summary>Takes the weight and the zone of another definition.</summary>
    public void Adopt(ServerEndpoint endpoint)
    {
        var returns = Endpoint.Weight == 0 && endpoint.Weight > 0;
        Endpoint = endpoint;
        Load.Adopt(endpoint);
        if (returns)
        {
            // Nobody called it for a while.
            Load.Connected();
        }
    }

    public void Start() => _running = Detached.Run(RunAsync);

    public ValueTask DisposeAsync() => CloseAsync(Task.CompletedTask);

    /// <summary>Connects no more and takes no more calls, and closes what is open.</summary>
    /// <param name="drained">Ends when what calls use may be closed as well.</param>
    public async ValueTask CloseAsync(Task drained)
    {
        _drained = drained;
        await _stopping.CancelAsync().ConfigureAwait(false);
        var sessions = Sessions.CloseAsync(drained).ConfigureAwait(false);
        try
        {
            await _running.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Whatever it was, the processes of the principals must not be left behind for it.
            _listener.CloseFailed(exception);
        }

        await sessions;
        Load.Breaker.CountNoMoreBy(_changes);
        _context.Breakers.GiveBack(Load.Breaker);
        _context.Connector.Forget(Endpoint.Id);
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
                    Down(result.Fault, attempted: true);
                    failures++;
                }

                await PauseAsync(failures).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The server was removed or the host stops.
        }
        catch (Exception exception) when (_stopping.IsCancellationRequested)
        {
            // The connection failed while it ended; callers that wait for the next one must hear of the end all the same.
            _listener.CloseFailed(exception);
        }

        Down(SessionPool.Closed, silent: true);
    }

    private async ValueTask<ConnectResult> ConnectAsync()
    {
        var gate = _context.Gate.For(Endpoint.Transport);
        var turn = await gate.EnterAsync(_server.Tenant, _isSlow, _stopping.Token).ConfigureAwait(false);
        try
        {
            return await _counts.ConnectAsync(_context.Connector, _server, Endpoint, ClientProfile.Everything, _stopping.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (!_stopping.IsCancellationRequested)
        {
            // Whatever a server made of the handshake, this loop goes on: nobody else would ever connect again.
            return new UpstreamFault(Discovery.FaultReasons.ProtocolError, $"Connecting failed unexpectedly ({exception.GetType().Name}).");
        }
        finally
        {
            _isSlow = gate.Leave(turn);
        }
    }

    /// <summary>Uses a connection until it ends. One that the far end closed may be only that: it is replaced in silence if possible.</summary>
    private async Task ServeAsync(UpstreamConnection connection)
    {
        UpstreamConnection? replaced = null;
        var quickEnds = 0;
        try
        {
            while (true)
            {
                Up(connection);
                await CloseAsync(replaced).ConfigureAwait(false);
                replaced = null;
                var opened = _context.Time.GetTimestamp();
                var fault = await WatchAsync(connection).ConfigureAwait(false);
                if (Endpoint.Transport == TransportKind.Stdio)
                {
                    // A process that ended is an event of its own; its successor starts after the pause.
                    Down(fault with { IsRestarting = true });
                    return;
                }

                quickEnds = _context.Time.GetElapsedTime(opened) < _context.Options.Value.MaxReconnectDelay ? quickEnds + 1 : 0;
                if (quickEnds > 1)
                {
                    // A server that ends each watch at once must not be connected to in a tight loop.
                    await PauseAsync(quickEnds).ConfigureAwait(false);
                }

                var again = await ConnectAsync().ConfigureAwait(false);
                if (!again.Connected)
                {
                    Down(again.Fault, attempted: true);
                    return;
                }

                // The old one is closed when nobody can get it any more: calls still find it until then.
                replaced = connection;
                connection = again.Connection;
            }
        }
        finally
        {
            await CloseAsync(replaced).ConfigureAwait(false);
            await Volatile.Read(ref _drained).ConfigureAwait(false);
            await CloseAsync(connection).ConfigureAwait(false);
        }
    }

    private async ValueTask CloseAsync(UpstreamConnection? connection)
    {
        try
        {
            if (connection is not null)
            {
                _counts.Close();
                await connection.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            // It is of no use any more, closed or not; its successor matters.
            _listener.CloseFailed(exception);
        }
    }

    private async Task<UpstreamFault> WatchAsync(UpstreamConnection connection)
    {
        Task suspected;
        lock (_lock)
        {
            suspected = _suspected.Task;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var watch = connection.WatchAsync(Listeners, ending.Token);
        await Task.WhenAny(watch, suspected).ConfigureAwait(false);
        if (watch.IsCompletedSuccessfully && await watch.ConfigureAwait(false) is null)
        {
            // Nothing to watch: the next failing call tells of its end, and its lists are read again when they are asked for.
            _unheard = connection;
            await suspected.WaitAsync(_stopping.Token).ConfigureAwait(false);
        }

        await ending.CancelAsync().ConfigureAwait(false);
        try
        {
            var fault = await watch.ConfigureAwait(false);
            return fault ?? new UpstreamFault(Discovery.FaultReasons.Unreachable, "A call met a closed connection.");
        }
        catch (Exception) when (!_stopping.IsCancellationRequested)
        {
            return new UpstreamFault(Discovery.FaultReasons.Unreachable, "A call met a closed connection.");
        }
    }

    private void Up(UpstreamConnection connection)
    {
        TaskCompletionSource<ConnectResult> attempt;
        UpstreamConnection? replaced;

        // First: whoever gets the connection must not be told that the server is not there.
        _listener.Connecting(this);
        lock (_lock)
        {
            replaced = Connection;
            if (replaced is null)
            {
                Load.Connected();
            }

            Connection = connection;
            Fault = null;
            _lastAttempt = _context.Time.GetTimestamp();
            attempt = _attempt;
            _attempt = NewAttempt();

            // Before anybody can use the connection, so that no suspicion of it is lost. Whoever waited has it now, and
            // must not cut the next pause short.
            _suspected = NewSignal();
            _awaited = NewSignal();
        }

        attempt.TrySetResult(connection);
        EndListening(replaced, SessionPool.Closed);
        _listener.Connected(this);
    }

    private void Down(UpstreamFault fault, bool attempted = false, bool silent = false)
    {
        TaskCompletionSource<ConnectResult> attempt;
        UpstreamConnection? lost;
        lock (_lock)
        {
            lost = Connection;
            Connection = null;
            Fault = fault;
            if (attempted)
            {
                // Together with its outcome: a caller must not be told the old fault when the attempt has just succeeded.
                _lastAttempt = _context.Time.GetTimestamp();
            }

            attempt = _attempt;
            _attempt = NewAttempt();

            // Before anybody can wait for the next attempt, so that the pause before it hears of them.
            _awaited = NewSignal();
        }

        attempt.TrySetResult(fault);
        EndListening(lost, fault);
        if (!silent)
        {
            _listener.Disconnected(this, fault);
        }
    }

    /// <summary>Tells those who listened to a connection that it is no longer the one in use.</summary>
    private void EndListening(UpstreamConnection? connection, UpstreamFault fault)
    {
        if (connection is not null)
        {
            Listeners.Ended(fault);
        }
    }

    private async Task PauseAsync(int failures)
    {
        var options = _context.Options.Value;
        var delay = BackOff.After(failures, options.ReconnectDelay, options.MaxReconnectDelay);
        Task awaited;
        lock (_lock)
        {
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
