namespace McpRegistry.Upstream;

/// <summary>One principal's session. <see cref="Users"/> and <see cref="LastUsed"/> belong to the pool's lock.</summary>
internal sealed class PooledSession(SessionPool pool, string principal, Task<ConnectResult> opening)
{
    private volatile UpstreamConnection? _connection;

    public string Principal => principal;

    public int Users { get; set; }

    public long LastUsed { get; set; }

    /// <summary>Gets a value that tells whether the connection was open and has ended, as that of a process that died meanwhile.</summary>
    public bool HasEnded => _connection is { HasEnded: true };

    public async ValueTask<LeaseResult> LendAsync(Action<UpstreamFault> report, CancellationToken cancellationToken)
    {
        ConnectResult opened;
        try
        {
            opened = await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            pool.Return(this);
            if (cancellationToken.IsCancellationRequested)
            {
                throw;
            }

            return SessionPool.Removed;
        }

        if (opened.Connected)
        {
            _connection = opened.Connection;
            return new Lease(this, opened.Connection, report, pool);
        }

        pool.Return(this);
        pool.Drop(this);
        return opened.Fault;
    }

    public async Task CloseAsync()
    {
        try
        {
            var opened = await opening.ConfigureAwait(false);
            if (opened.Connected)
            {
                await opened.Connection.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The pool closed before the session was open.
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
