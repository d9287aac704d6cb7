using McpRegistry.Discovery;
using McpRegistry.Servers;
using Microsoft.Extensions.Options;

namespace McpRegistry.Upstream;

/// <summary>
/// The sessions of single principals with one endpoint. Each principal has one, opened by its first call and closed when
/// it was unused for a while, so that no two principals ever share state of a legacy server (protocol.md 4.3).
/// </summary>
internal sealed class SessionPool : IAsyncDisposable
{
    /// <summary>What callers hear who still hold on to a server that is being removed.</summary>
    public static readonly UpstreamFault Closed = new(FaultReasons.Unreachable, "The server is being removed.");

    private readonly Lock _lock = new();
    private readonly HashSet<Task> _closing = [];
    private readonly Dictionary<string, PooledSession> _sessions = new(StringComparer.Ordinal);
    private readonly Func<CancellationToken, ValueTask<ConnectResult>> _open;
    private readonly UpstreamOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _disposed = new();
    private readonly CancellationToken _opened;
    private readonly ITimer _sweep;
    private bool _isClosed;

    public SessionPool(IUpstreamConnector connector, RegisteredServer server, ServerEndpoint endpoint, IOptions<UpstreamOptions> options, TimeProvider time)
    {
        _open = token => connector.ConnectAsync(server, endpoint, token);
        _options = options.Value;
        _opened = _disposed.Token;
        _time = time;
        var period = _options.SessionIdleTimeout / 2;
        _sweep = time.CreateTimer(static pool => ((SessionPool)pool!).Sweep(), this, period, period);
    }

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _sessions.Count;
            }
        }
    }

    public async ValueTask<LeaseResult> RentAsync(string principal, Action<UpstreamFault> report, CancellationToken cancellationToken)
    {
        PooledSession session;
        lock (_lock)
        {
            if (_isClosed)
            {
                return Closed;
            }

            if (_sessions.TryGetValue(principal, out var known) && known.HasEnded)
            {
                // Nobody watches an idle session; one whose process died would cost its principal the next call.
                Drop_NeedsLock(known);
                known = null;
            }

            session = known!;
            if (known is null)
            {
                if (!TryMakeRoom_NeedsLock())
                {
                    return new UpstreamFault(FaultReasons.Busy, $"All {_options.MaxSessionsPerEndpoint} sessions with the server are in use; try again later.");
                }

                // Opened for the pool and not for this caller: others may be waiting for it when the caller gives up.
                session = new PooledSession(this, principal, Task.Run(() => _open(_opened).AsTask()));
                _sessions.Add(principal, session);
            }

            session.Users++;
        }

        return await session.LendAsync(report, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        Task[] all;
        lock (_lock)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
        }

        await _disposed.CancelAsync().ConfigureAwait(false);
        await _sweep.DisposeAsync().ConfigureAwait(false);
        lock (_lock)
        {
            foreach (var session in _sessions.Values)
            {
                BeginClose_NeedsLock(session);
            }

            _sessions.Clear();
            all = [.. _closing];
        }

        await Task.WhenAll(all).ConfigureAwait(false);
        _disposed.Dispose();
    }

    internal void Return(PooledSession session)
    {
        lock (_lock)
        {
            session.Users--;
            session.LastUsed = _time.GetTimestamp();
            if (session is { IsDropped: true, Users: 0 })
            {
                BeginClose_NeedsLock(session);
            }
        }
    }

    /// <summary>
    /// Takes a session out that turned out to be dead; the next call opens a new one. It is closed when its last user is done:
    /// one broken stream need not be the end of the others.
    /// </summary>
    internal void Drop(PooledSession session)
    {
        lock (_lock)
        {
            if (!_sessions.TryGetValue(session.Principal, out var current) || current != session)
            {
                return;
            }

            Drop_NeedsLock(session);
        }
    }

    private void Drop_NeedsLock(PooledSession session)
    {
        _sessions.Remove(session.Principal);
        session.IsDropped = true;
        if (session.Users == 0)
        {
            BeginClose_NeedsLock(session);
        }
    }

    private bool TryMakeRoom_NeedsLock()
    {
        if (_sessions.Count < _options.MaxSessionsPerEndpoint)
        {
            return true;
        }

        if (_sessions.Values.Where(session => session.Users == 0).MinBy(session => session.LastUsed) is { } oldest)
        {
            _sessions.Remove(oldest.Principal);
            BeginClose_NeedsLock(oldest);
            return true;
        }

        return false;
    }

    private void Sweep()
    {
        lock (_lock)
        {
            PooledSession[] idle =
                [.. _sessions.Values.Where(session => session.Users == 0 && _time.GetElapsedTime(session.LastUsed) >= _options.SessionIdleTimeout)];
            foreach (var session in idle)
            {
                _sessions.Remove(session.Principal);
                BeginClose_NeedsLock(session);
            }
        }
    }

    /// <summary>Closes in the background, for a process may take its time; the pool's own end waits for it.</summary>
    private void BeginClose_NeedsLock(PooledSession session)
    {
        var closing = Task.Run(session.CloseAsync);
        _closing.Add(closing);
        _ = closing.ContinueWith(
            task =>
            {
                lock (_lock)
                {
                    _closing.Remove(task);
                }
            },
            TaskScheduler.Default);
    }
}
