namespace McpRegistry.Analytics;

/// <summary>
/// Requests of a window of time. Times are milliseconds to two decimals, over the requests that have one; null when none
/// has. Percentiles are continuous: between two measured values they are interpolated.
/// </summary>
public sealed record RequestPerformanceSummary
{
    /// <summary>Gets how many requests came, those without an answer included.</summary>
    public long TotalRequests { get; init; }

    /// <summary>Gets how many were answered with a status below 400.</summary>
    public long SuccessfulRequests { get; init; }

    /// <summary>Gets how many were answered with a status of 400 or above.</summary>
    public long ErrorRequests { get; init; }

    /// <summary>Gets the mean time.</summary>
    public decimal? AverageDurationMs { get; init; }

    /// <summary>Gets the time that 95 of 100 requests keep.</summary>
    public decimal? P95DurationMs { get; init; }

    /// <summary>Gets the time that 99 of 100 requests keep.</summary>
    public decimal? P99DurationMs { get; init; }
}
