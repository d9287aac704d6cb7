namespace McpRegistry.Limits;

/// <summary>The calls of one window, in one epoch, that this replica has leased and not yet spent.</summary>
internal sealed class QuotaSlice(QuotaWindow window, TimeSpan length)
{
    private readonly long _starts = window.StartsAt.UtcTicks;
    private readonly long _ends = window.StartsAt.UtcTicks + length.Ticks;
    private int _left;
    private int _low;

    public QuotaWindow Window => window;

    public DateTimeOffset EndsAt => new(_ends, TimeSpan.Zero);

    public int Left => Volatile.Read(ref _left);

    public bool Covers(long utcTicks) => utcTicks < _ends && utcTicks >= _starts;

    /// <summary>Takes one call if there is one.</summary>
    /// <param name="isLow">Whether it is time to lease the next ones; said to one taker only.</param>
    public bool TryTake(out bool isLow)
    {
        isLow = false;
        var left = Volatile.Read(ref _left);
        while (left > 0)
        {
            var seen = Interlocked.CompareExchange(ref _left, left - 1, left);
            if (seen == left)
            {
                isLow = left <= Volatile.Read(ref _low) && Interlocked.Exchange(ref _low, 0) > 0;
                return true;
            }

            left = seen;
        }

        return false;
    }

    /// <summary>Puts calls there: leased ones, or one that was taken and not made.</summary>
    public void Put(int calls) => Interlocked.Add(ref _left, calls);

    /// <summary>Says at how many left calls the next ones are leased; 0 for never.</summary>
    public void SetLow(int low) => Volatile.Write(ref _low, low);

    /// <summary>Takes all that is left, to return it.</summary>
    public int TakeAll() => Interlocked.Exchange(ref _left, 0);
}
