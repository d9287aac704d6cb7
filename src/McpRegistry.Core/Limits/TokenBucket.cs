namespace McpRegistry.Limits;

/// <summary>
/// A token bucket in one number: the time at which it will be full again. Taking a token moves that time on by what one token
/// takes to come; there is none while the time is further away than a whole bucket takes. A bucket whose time has come is
/// full, and so no different from a new one.
/// </summary>
internal sealed class TokenBucket
{
    private const long Retired = long.MaxValue;

    private long _fullAt;

    /// <summary>Takes a token.</summary>
    /// <param name="now">The timestamp.</param>
    /// <param name="rate">The size and speed of the bucket.</param>
    /// <param name="wait">How long it takes until there is a token, when there is none.</param>
    /// <returns>Null when the bucket was retired and another one has to be found.</returns>
    public bool? TryTake(long now, in TokenRate rate, out long wait)
    {
        wait = 0;
        var fullAt = Volatile.Read(ref _fullAt);
        while (fullAt != Retired)
        {
            var next = Math.Max(fullAt, now) + rate.Interval;
            if (next - now > rate.Tolerance)
            {
                wait = next - now - rate.Tolerance;
                return false;
            }

            var seen = Interlocked.CompareExchange(ref _fullAt, next, fullAt);
            if (seen == fullAt)
            {
                return true;
            }

            fullAt = seen;
        }

        return null;
    }

    /// <summary>Puts a token back that was taken for nothing.</summary>
    public void PutBack(in TokenRate rate)
    {
        var fullAt = Volatile.Read(ref _fullAt);
        while (fullAt != Retired)
        {
            var seen = Interlocked.CompareExchange(ref _fullAt, fullAt - rate.Interval, fullAt);
            if (seen == fullAt)
            {
                return;
            }

            fullAt = seen;
        }
    }

    /// <summary>Counts the tokens that are there.</summary>
    public int Count(long now, in TokenRate rate)
    {
        var fullAt = Volatile.Read(ref _fullAt);
        return fullAt == Retired ? rate.Capacity : (int)Math.Clamp((rate.Tolerance - Math.Max(0, fullAt - now)) / rate.Interval, 0, rate.Capacity);
    }

    public void Fill() => Volatile.Write(ref _fullAt, 0);

    /// <summary>Ends a bucket that is full, and only such a one.</summary>
    public bool TryRetire(long now)
    {
        var fullAt = Volatile.Read(ref _fullAt);
        return fullAt <= now && Interlocked.CompareExchange(ref _fullAt, Retired, fullAt) == fullAt;
    }
}
