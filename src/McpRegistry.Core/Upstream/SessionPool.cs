using System.Diagnostics.CodeAnalysis;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Telemetry;
using Microsoft.Extensions.Options;

namespace McpRegistry.Upstream;

/// <summary>
/// The sessions of single owners with one endpoint: opened by the first call of each, so that no two principals ever share state
/// of a legacy server (protocol.md 4.3). One that belongs to a session of a client lives as long as that; others are closed when
/// unused for a while.
/// </summary>
internal sealed partial class SessionPool : IAsyncDisposable
{
    /// <summary>What callers hear who still hold on to a server that is being removed.</summary>
    public static readonly UpstreamFault Closed = new(FaultReasons.Unreachable, "The server is being removed.") { IsOwnDoing = true };

    /// <summary>What a client hears that is to start over.</summary>
    public static readonly UpstreamFault Lost = new(FaultReasons.SessionLost, "The session at the server is lost, and what was kept in it. Start over.") { EndsSession = true };

    private static readonly UpstreamFault Abandoned = new(FaultReasons.Busy, "Nobody waited any more when it was the session's turn to be opened.");

    private readonly Lock _lock = new();
    private readonly HashSet<Task> _closing = [];
    private readonly Dictionary<SessionKey, PooledSession> _sessions = [];

    private readonly Func<ClientProfile, CancellationToken, ValueTask<ConnectResult>> _open;
    private readonly int _maxSessions;
    private readonly int _maxOfOneCaller;

    /// <summary>After a restart all callers come at once; a server, or a machine that starts processes, is spared that.</summary>
    [SuppressMessage("Usage", "CA2213", Justification = "An opening that nobody waits for may still hold it; it holds nothing to release.")]
    private readonly SemaphoreSlim _gate;
    private readonly string _what;
    private readonly UpstreamOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _disposed = new();
    private readonly CancellationToken _opened;
    private readonly ITimer _sweep;
    private bool _isClosed;

    public SessionPool(
        IUpstreamConnector connector, RegisteredServer server, ServerEndpoint endpoint, IOptions<UpstreamOptions> options, TimeProvider time, bool endsLost = false, ConnectionCounts? counts = null)
    {
        _endsLost = endsLost;
        Counts = counts ?? new ConnectionCounts(time);
        _open = (profile, token) => Counts.ConnectAsync(connector, server, endpoint, profile, token);
        _options = options.Value;
        (_maxSessions, _maxOfOneCaller, _what) = endpoint.Transport == TransportKind.Stdio
            ? (_options.MaxProcessesPerEndpoint, _options.MaxProcessesPerCaller, "processes")
            : (_options.MaxSessionsPerEndpoint, _options.MaxSessionsPerCaller, "sessions");
        _gate = new SemaphoreSlim(_options.MaxConcurrentDiscoveries);
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
        PooledSession? session = null;
        var profile = owner.Profile;
        var isNew = false;
        IClientSession? displaced = null;
        UpstreamFault? full = null;
        lock (_lock)
        {
            if (_isClosed)
            {
                return Closed;
            }

            if (!HasLost_NeedsLock(key, owner.Listens))
            {
                if (_sessions.TryGetValue(key, out session) && session.HasEnded)
                {
                    // One whose process died while it was idle would cost its owner the next call.
                    Drop_NeedsLock(session);
                    session = null;
                }

                if (session is null && (full = MakeRoom_NeedsLock(key.Principal, out displaced)) is null)
                {
                    // Without a session of its own a client may share this one with the principal's others.
                    var opensAs = key.ClientSession is not null && !_endsLost ? profile : profile with { IsShared = key.ClientSession is null, EndsWhenLost = _endsLost };

                    // Opened for the pool and not for this caller: others may be waiting for it when the caller gives up.
                    session = new PooledSession(this, key, opensAs, opening => Detached.Run(() => OpenAsync(opening, opensAs)), _time);
                    _sessions.Add(key, session);
                    isNew = true;
                }

                session?.Users += 1;
            }
        }

        if (session is null)
        {
            TellLosers();
            return full ?? Lost;
        }

        if (isNew && key.ClientSession is not null)
        {
            // Outside of the lock: a session of a client that has gone already is dropped right here.
            session.EndWith(owner.ClientSession, owner.SessionEnded);
        }

        // Outside of the lock too, for other pools drop what they have for it. Its client must hear that its state is gone.
        displaced?.Close();
        TellLosers();

        return await session.LendAsync(!owner.Listens, report, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Tells whether an owner has a session here.</summary>
    public bool IsOpen(SessionKey key)
    {
        lock (_lock)
        {
            return _sessions.TryGetValue(key, out var session) && !session.HasEnded;
        }
    }

    /// <summary>
    /// Gives up the session of an owner who goes elsewhere: what runs there ends by itself, and who listens is told, so that it follows. One that is still
    /// being opened is not opened any further once nobody else waits for it.
    /// </summary>
    /// <param name="key">The owner.</param>
    /// <param name="isTold">Whether the owner can be told at once that something is lost with it; else its next call is.</param>
    /// <returns>Whether the owner is to be told. Its session ends with the next <see cref="TellLosers"/>, which the caller must not do within a lock.</returns>
    public bool Abandon(SessionKey key, bool isTold)
    {
        PooledSession? session;
        lock (_lock)
        {
            if (!_sessions.TryGetValue(key, out session))
            {
                return false;
            }

            Drop_NeedsLock(session, isTold);
        }

        session.EndWatch();
        return _endsLost && session.WasLent && (isTold || session.Client is not null);
    }

    /// <summary>Tells whether the session of an owner is open, so that nothing has to be waited for.</summary>
    public bool IsReady(SessionKey key)
    {
        lock (_lock)
        {
            return _sessions.TryGetValue(key, out var session) && session.IsReady;
        }
    }

    /// <summary>Returns what ends when an owner's session is being opened by the endpoint: until then others are, and the endpoint was not asked.</summary>
    public Task WhenBegun(SessionKey key)
    {
        lock (_lock)
        {
            return _sessions.TryGetValue(key, out var session) ? session.Begun : Task.CompletedTask;
        }
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

        return (await session.LendAsync(isCall: false, report, cancellationToken).ConfigureAwait(false)).Lease;
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
            if (!IsCurrent_NeedsLock(session))
            {
                return;
            }

            Drop_NeedsLock(session);
        }

        TellLosers();
    }

    private bool IsCurrent_NeedsLock(PooledSession session) => _sessions.TryGetValue(session.Key, out var current) && current == session;

    private void Drop_NeedsLock(PooledSession session, bool isTold = false)
    {
        _sessions.Remove(session.Key);
        session.IsDropped = true;
        NoteLoss_NeedsLock(session, isTold);
        if (session.Users == 0)
        {
            BeginClose_NeedsLock(session);
        }
    }

    private async Task<ConnectResult> OpenAsync(PooledSession session, ClientProfile profile)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(_opened, session.Unwanted);
        await _gate.WaitAsync(ending.Token).ConfigureAwait(false);
        try
        {
            if (!IsAwaited(session))
            {
                return Abandoned;
            }

            session.Begin();
            return await _open(profile, ending.Token).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Tells whether anybody still wants a session that is about to be opened, and takes it out otherwise.</summary>
    private bool IsAwaited(PooledSession session)
    {
        // Whoever makes the session holds the lock until it has its first user.
        lock (_lock)
        {
            if (session.Users == 0 && IsCurrent_NeedsLock(session))
            {
                Drop_NeedsLock(session);
            }

            return session.Users > 0;
        }
    }

    /// <summary>Makes room for a session of a caller, who at his own limit can only take the place of himself; returns why there is none.</summary>
    /// <param name="principal">The caller.</param>
    /// <param name="displaced">The session of a client that had what was closed, and that is to end with it.</param>
    private UpstreamFault? MakeRoom_NeedsLock(string principal, out IClientSession? displaced)
    {
        displaced = null;
        if (_sessions.Count >= _maxSessions || IsAtTheLimit_NeedsLock(principal))
        {
            // A living one of somebody must not go while dead ones have places.
            DropEnded_NeedsLock();
        }

        if (IsAtTheLimit_NeedsLock(principal))
        {
            return TryEvict_NeedsLock(_sessions.Values.Where(session => session.Key.Principal == principal), out displaced)
                ? null
                : new UpstreamFault(FaultReasons.Busy, $"All {_maxOfOneCaller} {_what} that one caller may have of the server are in use; try again later.");
        }

        return _sessions.Count < _maxSessions || TryEvict_NeedsLock(_sessions.Values, out displaced)
            ? null
            : new UpstreamFault(FaultReasons.Busy, $"All {_maxSessions} {_what} of the server are in use; try again later.");
    }

    private bool IsAtTheLimit_NeedsLock(string principal) => _sessions.Values.Count(session => session.Key.Principal == principal) >= _maxOfOneCaller;

    /// <summary>Closes the longest unused session. What runs elsewhere in a session of a client would end with that, so one of a busy client stays.</summary>
    private bool TryEvict_NeedsLock(IEnumerable<PooledSession> among, out IClientSession? displaced)
    {
        var oldest = among.Where(static session => session is { Users: 0, Client: not { IsBusy: true } }).MinBy(static session => session.LastUsed);
        displaced = oldest?.Client;
        if (oldest is null)
        {
            return false;
        }

        _sessions.Remove(oldest.Key);
        if (displaced is null)
        {
            NoteLoss_NeedsLock(oldest);
        }

        BeginClose_NeedsLock(oldest);
        return true;
    }

    private void Sweep()
    {
        lock (_lock)
        {
            DropEnded_NeedsLock();
            ForgetLosses_NeedsLock();
            PooledSession[] idle = [.. _sessions.Values.Where(IsIdle)];
            foreach (var session in idle)
            {
                _sessions.Remove(session.Key);
                BeginClose_NeedsLock(session);
            }
        }

        TellLosers();
    }

    /// <summary>What a client has in a session of its own it has until that ends, as if it were connected directly.</summary>
    private bool IsIdle(PooledSession session) =>
        session is { Users: 0, Key.ClientSession: null } && _time.GetElapsedTime(session.LastUsed) >= _options.SessionIdleTimeout;
}
