using McpRegistry.Discovery;

namespace McpRegistry.Upstream;

/// <summary>
/// One principal's session. <see cref="Users"/>, <see cref="LastUsed"/> and <see cref="IsDropped"/> belong to the pool's lock.
/// </summary>
internal sealed class PooledSession(SessionPool pool, string principal, Task<ConnectResult> opening)
{
    private volatile UpstreamConnection? _connection;

    public string Principal => principal;

    public int Users { get; set; }

    public long LastUsed { get; set; }

    /// <summary>Gets or sets a value that tells whether the session is out of the pool and closes with its last user.</summary>
    public bool IsDropped { get; set; }

    /// <summary>Gets a value that tells whether the connection was open and has ended, as that of a process that died meanwhile.</summary>
    public bool HasEnded => _connection is { HasEnded: true };

    public async ValueTask<LeaseResult> LendAsync(Action<UpstreamFault> report, CancellationToken cancellationToken)
    {
        ConnectResult opened;
        try
        {
            opened = await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            pool.Return(this);
            throw;
        }
        catch (Exception exception)
        {
            // Whatever it was, the session must neither stay busy nor be given to the next call.
            pool.Drop(this);
            pool.Return(this);
            return exception is OperationCanceledException
                ? SessionPool.Closed
                : new UpstreamFault(FaultReasons.Unreachable, "The session could not be opened.");
        }

        if (opened.Connected)
        {
            _connection = opened.Connection;
            return new Lease(this, opened.Connection, report, pool);
        }

        pool.Drop(this);
        pool.Return(this);
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
        catch (Exception)
        {
            // The session never opened, or the server is gone already: nothing is left to close.
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
