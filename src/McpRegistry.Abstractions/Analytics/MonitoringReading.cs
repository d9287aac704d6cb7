namespace McpRegistry.Analytics;

/// <summary>One gauge at one moment.</summary>
public sealed record MonitoringReading
{
    /// <summary>Gets what is measured: <c>servers</c>, <c>recent_requests</c> (of the last hour) or <c>database</c>.</summary>
    public required string Category { get; init; }

    /// <summary>Gets the measure, for example <c>healthy_count</c>.</summary>
    public required string Metric { get; init; }

    /// <summary>Gets the value; null when nothing was measured or the store cannot tell.</summary>
    public decimal? Value { get; init; }

    /// <summary>Gets the unit: <c>count</c>, <c>ms</c>, <c>percent</c> (0 to 100) or <c>bytes</c>.</summary>
    public required string Unit { get; init; }

    /// <summary>Gets when it was read, UTC.</summary>
    public DateTimeOffset SnapshotTime { get; init; }
}
