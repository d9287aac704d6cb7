using McpRegistry.Discovery;

namespace McpRegistry.Upstream;

/// <summary>
/// One principal's session. <see cref="Users"/>, <see cref="LastUsed"/> and <see cref="IsDropped"/> belong to the pool's lock.
/// </summary>
internal sealed class PooledSession
{
    private readonly SessionPool _pool;
    private readonly Task<ConnectResult> _opening;
    private volatile UpstreamConnection? _connection;
    private volatile bool _failed;

    public PooledSession(SessionPool pool, string principal, Task<ConnectResult> opening)
    {
        _pool = pool;
        Principal = principal;
        _opening = NoteAsync(opening);
    }

    public string Principal { get; }

    public int Users { get; set; }

    public long LastUsed { get; set; }

    /// <summary>Gets or sets a value that tells whether the session is out of the pool and closes with its last user.</summary>
    public bool IsDropped { get; set; }

    /// <summary>
    /// Gets a value that tells whether the session is of no use any more: it could not be opened, perhaps after everybody had
    /// stopped waiting, or its connection has ended, as that of a process that died meanwhile.
    /// </summary>
    public bool HasEnded => _failed || _connection is { HasEnded: true };

    public async ValueTask<LeaseResult> LendAsync(Action<UpstreamFault> report, CancellationToken cancellationToken)
    {
        ConnectResult opened;
        try
        {
            opened = await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _pool.Return(this);
            throw;
        }
        catch (Exception exception)
        {
            // Whatever it was, the session must neither stay busy nor be given to the next call.
            _pool.Drop(this);
            _pool.Return(this);
            return exception is OperationCanceledException
                ? SessionPool.Closed
                : new UpstreamFault(FaultReasons.Unreachable, "The session could not be opened.");
        }

        if (opened.Connected)
        {
            return new Lease(this, opened.Connection, report, _pool);
        }

        _pool.Drop(this);
        _pool.Return(this);
        return opened.Fault;
    }

    public async Task CloseAsync()
    {
        try
        {
            var opened = await _opening.ConfigureAwait(false);
            if (opened.Connected)
            {
                await opened.Connection.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception)
        {
            // The session never opened, or the server is gone already: nothing is left to close.
        }
    }

    /// <summary>Notes how the opening ends also when nobody waits for it any more.</summary>
    private async Task<ConnectResult> NoteAsync(Task<ConnectResult> opening)
    {
        try
        {
            var opened = await opening.ConfigureAwait(false);
            _connection = opened.Connection;
            _failed = !opened.Connected;
            return opened;
        }
        catch
        {
            _failed = true;
            throw;
        }
    }

    private sealed class Lease(PooledSession session, UpstreamConnection connection, Action<UpstreamFault> report, SessionPool pool)
        : ConnectionLease(connection)
    {
        private int _returned;

        public override void Report(UpstreamFault fault)
        {
            if (fault.MeansDown)
            {
                pool.Drop(session);
                report(fault);
            }
        }

        public override void Dispose()
        {
            if (Interlocked.Exchange(ref _returned, 1) == 0)
            {
                pool.Return(session);
            }
        }
    }
}
