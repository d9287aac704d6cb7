using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Upstream;

namespace McpRegistry.Supervision;

/// <content>How others get the connection, and what they say against it.</content>
internal sealed partial class SupervisedEndpoint
{
    /// <summary>Waits for the connection, and cuts the wait of the back-off short unless an attempt was just made.</summary>
    public ValueTask<ConnectResult> GetAsync(CancellationToken cancellationToken) =>
        // Without the lock that all calls would share.
        _connection is { HasEnded: false } connection && !_stopping.IsCancellationRequested ? new(connection) : WaitAsync(cancellationToken);

    private async ValueTask<ConnectResult> WaitAsync(CancellationToken cancellationToken)
    {
        Task<ConnectResult> attempt;
        lock (_lock)
        {
            if (_stopping.IsCancellationRequested)
            {
                // Found just before it was removed; no further attempt will come.
                return SessionPool.Closed;
            }

            if (Connection is { } connection && (!connection.HasEnded || HoldsWhenEnded_NeedsLock(connection)))
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

    /// <summary>Tells whether who asks gets a connection all the same that has ended, and is being replaced in silence.</summary>
    private bool HoldsWhenEnded_NeedsLock(UpstreamConnection connection)
    {
        if (connection.Handshake.Era == ProtocolEra.Legacy && _server.Isolation != SessionIsolation.Shared)
        {
            // It only says which era the server speaks: calls have sessions of their own, which go on.
            return true;
        }

        if (_context.Time.GetElapsedTime(_lastAttempt) < _context.Options.Value.ReconnectDelay)
        {
            // As after a failed attempt: a server that ends each connection at once must not be connected to with each call.
            return true;
        }

        // The next one is to come at once. But where there are others, the call, which is not sent here, goes to one of them.
        _awaited.TrySetResult();
        return _server.Endpoints.Length > 1;
    }

    /// <summary>Says that a call met a dead server, so that the connection is checked now.</summary>
    /// <param name="seen">The connection that failed; one that was replaced meanwhile says nothing about its successor.</param>
    /// <param name="fault">What the call met; null when that does not matter.</param>
    public void Suspect(UpstreamConnection? seen = null, UpstreamFault? fault = null)
    {
        if (fault is { ContradictsEra: true })
        {
            _context.Connector.Forget(Endpoint.Id);
        }

        lock (_lock)
        {
            if (seen is null || ReferenceEquals(seen, Connection))
            {
                _suspected.TrySetResult();
            }
        }
    }

    /// <summary>Says that a connection has failed, and waits for the one that comes in its place, or for the fault that keeps it from coming.</summary>
    /// <param name="failed">The connection that failed.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<ConnectResult> ReplaceAsync(UpstreamConnection failed, CancellationToken cancellationToken)
    {
        Suspect(failed);
        Task<ConnectResult>? next;
        lock (_lock)
        {
            next = ReferenceEquals(failed, Connection) ? _attempt.Task : null;
        }

        return await (next?.WaitAsync(cancellationToken) ?? GetAsync(cancellationToken).AsTask()).ConfigureAwait(false);
    }
}
