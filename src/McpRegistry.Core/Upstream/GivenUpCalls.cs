namespace McpRegistry.Upstream;

/// <summary>
/// The calls on a connection of many that nobody waits for any more and that their server may still work on. What it says without naming
/// a call may be about one of those, and is not for the caller of another.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class GivenUpCalls(TimeProvider time)
{
    /// <summary>How long a server that answers nothing is taken to work on.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private const int MaxKept = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, Call> _calls = [];
    private volatile int _count;
    private long? _lastBeyond;

    /// <summary>Keeps a call that was cancelled, or ran out of time or lost its stream.</summary>
    /// <param name="id">Its id on the connection.</param>
    /// <param name="mayAsk">Whether the server may ask during such a call.</param>
    public void Add(long id, bool mayAsk)
    {
        lock (_lock)
        {
            Prune_NeedsLock();
            if (_calls.Count < MaxKept)
            {
                _calls[id] = new Call(time.GetTimestamp(), mayAsk);
            }
            else
            {
                // Which ones they are is not known any more, so that only time tells when they are over.
                _lastBeyond = time.GetTimestamp();
            }

            Count_NeedsLock();
        }
    }

    /// <summary>Forgets a call that the server has answered after all.</summary>
    public void Answered(long id)
    {
        if (_count > 0)
        {
            lock (_lock)
            {
                _calls.Remove(id);
                Count_NeedsLock();
            }
        }
    }

    /// <summary>Tells whether a question may be about one of them.</summary>
    public bool MayAsk() => Any(static call => call.MayAsk);

    /// <summary>Tells whether a log message may be about one of them.</summary>
    public bool MaySpeak() => Any(static _ => true);

    private bool Any(Func<Call, bool> isMeant)
    {
        if (_count == 0)
        {
            return false;
        }

        lock (_lock)
        {
            Prune_NeedsLock();
            return _lastBeyond is not null || _calls.Values.Any(isMeant);
        }
    }

    private void Prune_NeedsLock()
    {
        if (_lastBeyond is { } last && time.GetElapsedTime(last) >= Longest)
        {
            _lastBeyond = null;
        }

        foreach (var (id, call) in _calls)
        {
            if (time.GetElapsedTime(call.Since) >= Longest)
            {
                // A dictionary may lose entries while it is enumerated.
                _calls.Remove(id);
            }
        }

        Count_NeedsLock();
    }

    private void Count_NeedsLock() => _count = _calls.Count + (_lastBeyond is null ? 0 : 1);

    private readonly record struct Call(long Since, bool MayAsk);
}
