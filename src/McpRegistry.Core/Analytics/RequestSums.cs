namespace McpRegistry.Analytics;

/// <summary>Sums up rows of the request log.</summary>
internal static class RequestSums
{
    private const int FirstError = 400;

    public static RequestPerformanceSummary SumUp(IReadOnlyList<RequestLogEntry> rows)
    {
        double[] times = [.. rows.Where(row => row.DurationMs is not null).Select(row => row.DurationMs!.Value).Order()];
        return new RequestPerformanceSummary
        {
            TotalRequests = rows.Count,
            SuccessfulRequests = rows.Count(row => row.StatusCode < FirstError),
            ErrorRequests = CountErrors(rows),
            AverageDurationMs = Rounding.Round(rows.Average(row => row.DurationMs)),
            P95DurationMs = Rounding.Percentile(times, 0.95),
            P99DurationMs = Rounding.Percentile(times, 0.99),
        };
    }

    public static TenantUsageSummary SumUpUsage(IReadOnlyList<RequestLogEntry> rows) => new()
    {
        TotalRequests = rows.Count,
        UniqueUsers = CountDistinct(rows.Select(row => row.UserId)),
        UniqueServers = CountDistinct(rows.Select(row => row.TargetServerId)),
        AverageDurationMs = Rounding.Round(rows.Average(row => row.DurationMs)),
        ErrorRate = Rounding.Percentage(CountErrors(rows), rows.Count) ?? 0,
        TotalDataTransferred = rows.Sum(row => (row.RequestSizeBytes ?? 0) + (row.ResponseSizeBytes ?? 0)),
    };

    private static int CountErrors(IReadOnlyList<RequestLogEntry> rows) => rows.Count(row => row.StatusCode >= FirstError);

    private static int CountDistinct(IEnumerable<Guid?> ids) => ids.Where(id => id is not null).Distinct().Count();
}
