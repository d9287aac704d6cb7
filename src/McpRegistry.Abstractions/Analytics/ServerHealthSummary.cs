namespace McpRegistry.Analytics;

/// <summary>Servers counted by health.</summary>
public sealed record ServerHealthSummary
{
    /// <summary>Gets how many servers there are.</summary>
    public long TotalServers { get; init; }

    /// <summary>Gets how many answer everything.</summary>
    public long HealthyServers { get; init; }

    /// <summary>Gets how many do not answer.</summary>
    public long UnhealthyServers { get; init; }

    /// <summary>Gets how many answer in part.</summary>
    public long DegradedServers { get; init; }

    /// <summary>Gets how many were not asked yet.</summary>
    public long UnknownServers { get; init; }

    /// <summary>Gets how many are taken out by their operator.</summary>
    public long MaintenanceServers { get; init; }

    /// <summary>
    /// Gets the mean of the servers' mean response times in milliseconds, to two decimals; null when none was measured.
    /// </summary>
    public decimal? AverageResponseTimeMs { get; init; }
}
