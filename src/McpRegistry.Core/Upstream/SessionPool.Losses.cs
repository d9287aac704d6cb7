using System.Collections.Concurrent;

namespace McpRegistry.Upstream;

/// <content>Sessions that are lost, and who is told of it.</content>
internal sealed partial class SessionPool
{
    /// <summary>The clients that are to be told, which is not done within the lock.</summary>
    private readonly ConcurrentQueue<IClientSession> _losers = new();

    /// <summary>
    /// When those lost their sessions who have none of their own that could end, and were not told yet: their next call is. Bounded as the sessions are, and
    /// kept as long as one that nobody uses.
    /// </summary>
    private readonly Dictionary<SessionKey, long> _losses = [];

    /// <summary>Whether clients are to know that their session is lost; else they get another one without a word.</summary>
    private readonly bool _endsLost;

    /// <summary>Spares calls the lock while nobody has lost anything.</summary>
    private volatile bool _hasLosses;

    /// <summary>Tells whether an owner is to be told of a loss that something else than its call has found, and forgets that.</summary>
    public bool TakeLoss(SessionKey key)
    {
        if (!_hasLosses)
        {
            return false;
        }

        lock (_lock)
        {
            return TakeLoss_NeedsLock(key);
        }
    }

    /// <summary>Ends the sessions of clients that have lost theirs at the server; one that has ended already stays as it is. Never within a lock.</summary>
    public void TellLosers()
    {
        while (_losers.TryDequeue(out var client))
        {
            client.Close();
        }
    }

    /// <summary>Takes a session out that a fault says is of no use any more.</summary>
    /// <param name="session">The session.</param>
    /// <param name="fault">The fault.</param>
    /// <param name="isCall">Whether a call has met it, which tells its client; else the next call does.</param>
    /// <returns>The fault to answer with.</returns>
    internal UpstreamFault Lose(PooledSession session, UpstreamFault fault, bool isCall)
    {
        lock (_lock)
        {
            if (IsCurrent_NeedsLock(session))
            {
                Drop_NeedsLock(session, isTold: isCall);
            }
            else if (isCall && session.IsLossNoted)
            {
                // Something else has found it first, and this call is the one that tells.
                session.IsLossNoted = false;
                TakeLoss_NeedsLock(session.Key);
            }
        }

        TellLosers();
        return _endsLost && isCall && !fault.EndsSession ? Lost with { MayHaveRun = fault.MayHaveRun } : fault;
    }

    /// <summary>Tells whether an owner has lost its session and is to be told now, and forgets that: what it opens next is another one.</summary>
    private bool HasLost_NeedsLock(SessionKey key, bool listens)
    {
        if (!_endsLost)
        {
            return false;
        }

        if (_sessions.TryGetValue(key, out var known) && known is { HasEnded: true, WasLent: true })
        {
            Drop_NeedsLock(known, isTold: !listens);
            if (!listens || known.Client is not null)
            {
                TakeLoss_NeedsLock(key);
                return true;
            }
        }

        // Who only listens has no answer in which it could be told.
        return !listens && TakeLoss_NeedsLock(key);
    }

    private bool TakeLoss_NeedsLock(SessionKey key)
    {
        var isKept = _losses.Remove(key, out var lost) && !IsOld(lost);
        _hasLosses = _losses.Count > 0;
        return isKept;
    }

    /// <summary>Takes out what is of no use any more, also what belongs to a session of a client: its next call opens another.</summary>
    private void DropEnded_NeedsLock()
    {
        foreach (var session in _sessions.Values)
        {
            if (session.HasEnded)
            {
                // A dictionary may lose entries while it is enumerated.
                Drop_NeedsLock(session);
            }
        }
    }

    /// <summary>Has those told who lose something: nothing was kept in a session that nobody had.</summary>
    private void NoteLoss_NeedsLock(PooledSession session, bool isTold = false)
    {
        if (!_endsLost || !session.WasLent)
        {
            return;
        }

        if (session.Client is { } client)
        {
            _losers.Enqueue(client);
        }
        else if (!isTold)
        {
            if (_losses.Count >= _maxSessions)
            {
                _losses.Remove(_losses.MinBy(static loss => loss.Value).Key);
            }

            session.IsLossNoted = true;
            _losses[session.Key] = _time.GetTimestamp();
            _hasLosses = true;
        }
    }

    private void ForgetLosses_NeedsLock()
    {
        foreach (var (key, lost) in _losses)
        {
            if (IsOld(lost))
            {
                // A dictionary may lose entries while it is enumerated.
                _losses.Remove(key);
            }
        }

        _hasLosses = _losses.Count > 0;
    }

    private bool IsOld(long lost) => _time.GetElapsedTime(lost) >= _options.SessionIdleTimeout;
}
