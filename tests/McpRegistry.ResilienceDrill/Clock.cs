namespace McpRegistry.ResilienceDrill;

/// <summary>The clock of the machine, which all processes of the drill read.</summary>
internal static class Clock
{
    public static long Now => TimeProvider.System.GetTimestamp();

    public static TimeSpan Since(long began) => TimeProvider.System.GetElapsedTime(began);

    public static long Ticks(TimeSpan span) => (long)(span.TotalSeconds * TimeProvider.System.TimestampFrequency);
}
