using System.Globalization;

namespace McpRegistry.ResilienceDrill;

/// <summary>How long calls took.</summary>
internal static class Latencies
{
    public static TimeSpan At(IEnumerable<CallRecord> calls, double part)
    {
        TimeSpan[] times = [.. calls.Select(static call => call.Took).Order()];
        return times.Length == 0 ? TimeSpan.Zero : times[Math.Min(times.Length - 1, (int)(part * times.Length))];
    }

    /// <summary>Writes the median and the 99th percentile in milliseconds.</summary>
    public static string Describe(IReadOnlyCollection<CallRecord> calls) => calls.Count == 0
        ? "-"
        : string.Create(CultureInfo.InvariantCulture, $"{At(calls, 0.5).TotalMilliseconds:0} / {At(calls, 0.99).TotalMilliseconds:0}");

    /// <summary>Writes how often each reason was given.</summary>
    public static string Reasons(IEnumerable<CallRecord> calls)
    {
        var reasons = calls.Where(static call => call.Failed).CountBy(static call => call.Failure!, StringComparer.Ordinal)
            .OrderByDescending(static reason => reason.Value).Select(static reason => $"{reason.Value} x {reason.Key}").ToArray();
        return reasons.Length == 0 ? "none" : string.Join("; ", reasons);
    }
}
