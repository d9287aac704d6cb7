namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>
/// How long to wait before the next try: doubling up to a bound, and each wait shortened at random by up to a half, so that
/// replicas do not all come back at once.
/// </summary>
internal sealed class ReconnectDelay(TimeSpan first, TimeSpan longest, Func<double> jitter)
{
    private int _failures;

    public TimeSpan Next()
    {
        var delay = TimeSpan.FromTicks((long)Math.Min(first.Ticks * Math.Pow(2, _failures++), longest.Ticks));
        return delay * (1 - (jitter() / 2));
    }

    public void Reset() => _failures = 0;
}
