namespace McpRegistry.Watching;

/// <summary>
/// Bounds how much time attempts that fail may cost those who wait behind them. Time without a failure gives back as much as it lasts, so
/// that failures take a burst of <paramref name="size"/> and, in the long run, no more than half of the time. Not for use by several threads.
/// </summary>
internal sealed class FailureBudget(TimeSpan size, TimeProvider time)
{
    private TimeSpan _lost;
    private long _failedAt;

    /// <summary>Gets a value that tells whether nothing is to be tried now; for as long as <c>size</c> after a failure at most.</summary>
    public bool IsSpent => LostAt(time.GetTimestamp()) > size;

    /// <summary>Notes that what began at this timestamp has failed now.</summary>
    public void Charge(long began)
    {
        var now = time.GetTimestamp();
        var lost = LostAt(began) + time.GetElapsedTime(began, now);
        (_lost, _failedAt) = (lost < 2 * size ? lost : 2 * size, now);
    }

    private TimeSpan LostAt(long timestamp)
    {
        var left = _lost - time.GetElapsedTime(_failedAt, timestamp);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
