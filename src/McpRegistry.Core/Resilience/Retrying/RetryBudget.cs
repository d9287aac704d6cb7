namespace McpRegistry.Resilience;

/// <summary>
/// Bounds the retries of one server to a share of its calls, so that a server which fails under load does not get a multiple of it. Without a lock: each
/// call adds its share, each retry takes a whole, and some a second are free.
/// </summary>
internal sealed class RetryBudget(RetryOptions options, TimeProvider time)
{
    private const long Whole = 1_000;

    /// <summary>Calls that went well long ago pay for no more than so many retries.</summary>
    private const long Most = 100 * Whole;

    private readonly long _share = (long)(options.Budget * Whole);
    private long _saved;

    /// <summary>The second, and in the lower 20 bits how many free retries it had.</summary>
    private long _free;

    /// <summary>Notes a call.</summary>
    public void Add()
    {
        if (Volatile.Read(ref _saved) < Most)
        {
            Interlocked.Add(ref _saved, _share);
        }
    }

    /// <summary>Takes a retry, if there is one.</summary>
    public bool TryTake()
    {
        while (Volatile.Read(ref _saved) is var saved && saved >= Whole)
        {
            if (Interlocked.CompareExchange(ref _saved, saved - Whole, saved) == saved)
            {
                return true;
            }
        }

        var second = time.GetTimestamp() / time.TimestampFrequency;
        while (true)
        {
            var seen = Volatile.Read(ref _free);
            var used = seen >> 20 == second ? seen & 0xfffff : 0;
            if (used >= options.MinPerSecond)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _free, (second << 20) | (used + 1), seen) == seen)
            {
                return true;
            }
        }
    }
}
