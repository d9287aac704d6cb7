namespace McpRegistry.Upstream;

/// <summary>How long to wait after failures in a row: twice as long after each, up to a limit.</summary>
internal static class BackOff
{
    /// <summary>Returns the wait after a number of failures, at least one.</summary>
    public static TimeSpan After(int failures, TimeSpan first, TimeSpan longest)
    {
        var factor = Math.Pow(2, Math.Min(failures - 1, 20));
        return TimeSpan.FromTicks((long)Math.Min(first.Ticks * factor, longest.Ticks));
    }
}
