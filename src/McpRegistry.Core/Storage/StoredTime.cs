namespace McpRegistry.Storage;

/// <summary>
/// The databases keep UTC microseconds; the in-memory stores cut times the same way, so that a host sees no difference
/// when it changes its store.
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

    public static TimeSpan Normalize(TimeSpan value) =>
        new(value.Ticks - (value.Ticks % TimeSpan.TicksPerMicrosecond));

    /// <summary>Cuts a time span that has a column of whole milliseconds.</summary>
    public static TimeSpan NormalizeToMilliseconds(TimeSpan value) =>
        new(value.Ticks - (value.Ticks % TimeSpan.TicksPerMillisecond));
}
