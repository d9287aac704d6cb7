namespace McpRegistry.Auditing;

/// <summary>The refusals of one caller that had an event in the minute that is running. Used under the lock of <see cref="RefusalBounds"/>.</summary>
internal sealed class RefusalWindow(TimeProvider time)
{
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(1);

    private long _began = time.GetTimestamp();
    private int _taken;
    private long _suppressed;

    public bool IsOver => time.GetElapsedTime(_began) >= Length;

    public bool TryTake(int limit, out long suppressed)
    {
        if (IsOver)
        {
            (_began, _taken) = (time.GetTimestamp(), 0);
        }

        if (_taken >= limit)
        {
            _suppressed++;
            suppressed = 0;
            return false;
        }

        _taken++;
        (suppressed, _suppressed) = (_suppressed, 0);
        return true;
    }

    public void Suppress(long count) => _suppressed += count;
}
