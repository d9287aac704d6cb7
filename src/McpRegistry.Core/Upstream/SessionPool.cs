using McpRegistry.Discovery;
using McpRegistry.Servers;
using Microsoft.Extensions.Options;

namespace McpRegistry.Upstream;

/// <summary>
/// The sessions of single owners with one endpoint: opened by the first call of each and closed when unused for a while, so
/// that no two principals ever share state of a legacy server (protocol.md 4.3).
/// </summary>
internal sealed class SessionPool : IAsyncDisposable
{
    /// <summary>What callers hear who still hold on to a server that is being removed.</summary>
    public static readonly UpstreamFault Closed = new(FaultReasons.Unreachable, "The server is being removed.");

    private readonly Lock _lock = new();
    private readonly HashSet<Task> _closing = [];
    private readonly Dictionary<SessionKey, PooledSession> _sessions = [];
    private readonly Func<ClientProfile, CancellationToken, ValueTask<ConnectResult>> _open;
    private readonly int _maxSessions;
    private readonly string _what;
    private readonly UpstreamOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _disposed = new();
    private readonly CancellationToken _opened;
    private readonly ITimer _sweep;
    private bool _isClosed;

    public SessionPool(IUpstreamConnector connector, RegisteredServer server, ServerEndpoint endpoint, IOptions<UpstreamOptions> options, TimeProvider time)
    {
        _open = (profile, token) => connector.ConnectAsync(server, endpoint, profile, token);
        _options = options.Value;
        (_maxSessions, _what) = endpoint.Transport == TransportKind.Stdio
            ? (_options.MaxProcessesPerEndpoint, "processes")
            : (_options.MaxSessionsPerEndpoint, "sessions");
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

    public async ValueTask<LeaseResult> RentAsync(
        SessionKey key, ISessionOwner owner, Action<UpstreamFault> report, CancellationToken cancellationToken)
    {
        PooledSession session;
        var profile = owner.Profile;
        var isNew = false;
        lock (_lock)
        {
            if (_isClosed)
            {
                return Closed;
            }

            if (_sessions.TryGetValue(key, out var known) && known.HasEnded)
            {
                // One whose process died while it was idle would cost its owner the next call.
                Drop_NeedsLock(known);
                known = null;
            }

            session = known!;
            if (known is null)
            {
                if (!TryMakeRoom_NeedsLock())
                {
                    return new UpstreamFault(FaultReasons.Busy, $"All {_maxSessions} {_what} of the server are in use; try again later.");
                }

                // Opened for the pool and not for this caller: others may be waiting for it when the caller gives up.
                session = new PooledSession(this, key, profile, Task.Run(() => _open(profile, _opened).AsTask()));
                _sessions.Add(key, session);
                isNew = true;
            }

            session.Users++;
        }

        if (isNew && key.ClientSession is not null)
        {
            // Outside of the lock: a session of a client that has gone already is dropped right here.
            session.EndWith(owner.SessionEnded);
        }

        return await session.LendAsync(report, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lends a session that is open already; null when there is none.</summary>
    public async ValueTask<ConnectionLease?> RentOpenAsync(SessionKey key, Action<UpstreamFault> report, CancellationToken cancellationToken)
    {
        PooledSession? session;
        lock (_lock)
        {
            if (!_sessions.TryGetValue(key, out session) || session.HasEnded)
            {
                return null;
            }

            session.Users++;
        }

        return (await session.LendAsync(report, cancellationToken).ConfigureAwait(false)).Lease;
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
            if (!_sessions.TryGetValue(session.Key, out var current) || current != session)
            {
                return;
            }

            Drop_NeedsLock(session);
        }
    }

    private void Drop_NeedsLock(PooledSession session)
    {
        _sessions.Remove(session.Key);
        session.IsDropped = true;
        if (session.Users == 0)
        {
            BeginClose_NeedsLock(session);
        }
    }

    private bool TryMakeRoom_NeedsLock()
    {
        if (_sessions.Count < _maxSessions)
        {
            return true;
        }

        if (_sessions.Values.Where(session => session.Users == 0).MinBy(session => session.LastUsed) is { } oldest)
        {
            _sessions.Remove(oldest.Key);
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
                _sessions.Remove(session.Key);
                BeginClose_NeedsLock(session);
            }
        }
    }

    /// <summary>Closes in the background, for a process may take its time; the pool's own end waits for it.</summary>
    private void BeginClose_NeedsLock(PooledSession session)
    {
        var closing = Task.Run(() => session.DisposeAsync().AsTask());
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
