using System.Collections.Concurrent;

namespace McpRegistry.Upstream;

/// <content>Sessions that are lost, and who is told of it.</content>
internal sealed partial class SessionPool
{
    /// <summary>The clients that are to be told, which is not done within the lock.</summary>
    private readonly ConcurrentQueue<IClientSession> _losers = new();

    /// <summary>Whether clients are to know that their session is lost; else they get another one without a word.</summary>
    private readonly bool _endsLost;

    /// <summary>Tells whether an owner has lost its session, and forgets that: what it opens next is another one.</summary>
    private bool HasLost(SessionKey key)
    {
        lock (_lock)
        {
            if (!_sessions.TryGetValue(key, out var known) || known is not { HasEnded: true, WasOpened: true })
            {
                return false;
            }

            Drop_NeedsLock(known);
        }

        TellLosers();
        return true;
    }

    /// <summary>Ends the sessions of clients that have lost theirs at the server; one that has ended already stays as it is.</summary>
    private void TellLosers()
    {
        while (_losers.TryDequeue(out var client))
        {
            client.Close();
        }
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

    private void NoteLoss_NeedsLock(PooledSession session)
    {
        if (_endsLost && session is { WasOpened: true, Client: { } client })
        {
            _losers.Enqueue(client);
        }
    }
}
