namespace McpRegistry.Upstream;

/// <content>What can be told of the sessions.</content>
internal sealed partial class SessionPool
{
    /// <summary>Gets what counts the connections that are opened and closed.</summary>
    public ConnectionCounts Counts { get; }

    /// <summary>Gets how many sessions there may be.</summary>
    public int MaxSize => _maxSessions;

    /// <summary>Tells how many sessions are open and in use, how many are open and unused, and how many callers wait for theirs.</summary>
    public (int Active, int Idle, int Waiting) Describe()
    {
        var (active, idle, waiting) = (0, 0, 0);
        lock (_lock)
        {
            foreach (var session in _sessions.Values)
            {
                if (session.IsReady)
                {
                    active += session.Users > 0 ? 1 : 0;
                    idle += session.Users > 0 ? 0 : 1;
                }
                else if (!session.HasEnded)
                {
                    waiting += session.Users;
                }
            }
        }

        return (active, idle, waiting);
    }
}
