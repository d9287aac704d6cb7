namespace McpRegistry.Resilience;

/// <summary>How means are written: to the microsecond, so that what fades evenly stays the same number.</summary>
internal static class FactNumbers
{
    public static double? Milliseconds(TimeSpan? mean) => mean is { } time ? Math.Round(time.TotalMilliseconds, 3) : null;
}
