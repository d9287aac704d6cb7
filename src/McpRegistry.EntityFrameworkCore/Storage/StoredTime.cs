namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>
/// Cuts times to UTC microseconds, the finest that PostgreSQL keeps, so that a write returns what a later read returns.
/// </summary>
internal static class StoredTime
{
    public static DateTimeOffset Normalize(DateTimeOffset value)
    {
        var utc = value.ToUniversalTime();
        return utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    public static DateTimeOffset? Normalize(DateTimeOffset? value) =>
        value is { } time ? Normalize(time) : null;

    public static long ToMicroseconds(TimeSpan value) => value.Ticks / TimeSpan.TicksPerMicrosecond;

    public static TimeSpan FromMicroseconds(long value) => new(value * TimeSpan.TicksPerMicrosecond);

    public static long ToMilliseconds(TimeSpan value) => value.Ticks / TimeSpan.TicksPerMillisecond;

    public static TimeSpan FromMilliseconds(long value) => new(value * TimeSpan.TicksPerMillisecond);
}
