using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Analytics;

/// <summary>What one replica saw of one server in one interval: sums over its calls, not a row for each.</summary>
public sealed record ServerMetric
{
    /// <summary>Gets the id (Guid version 7).</summary>
    public required Guid Id { get; init; }

    /// <summary>Gets the tenant of the server.</summary>
    public TenantId Tenant { get; init; }

    /// <summary>Gets the server.</summary>
    public required Guid ServerId { get; init; }

    /// <summary>Gets the end of the interval, UTC; stores keep microseconds.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>Gets the length of the interval in milliseconds.</summary>
    public long IntervalMs { get; init; }

    /// <summary>Gets the calls that ended in the interval.</summary>
    public long RequestCount { get; init; }

    /// <summary>Gets those of them that failed.</summary>
    public long ErrorCount { get; init; }

    /// <summary>Gets the mean time of a call in milliseconds; null without calls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not finite.</exception>
    public double? ResponseTimeMs { get; init => field = FiniteNumber.Require(value, nameof(ResponseTimeMs)); }

    /// <summary>Gets the calls per second; null when not measured.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not finite.</exception>
    public double? RequestsPerSecond { get; init => field = FiniteNumber.Require(value, nameof(RequestsPerSecond)); }

    /// <summary>Gets the share of calls that failed, 0 to 1; null without calls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not finite.</exception>
    public double? ErrorRate { get; init => field = FiniteNumber.Require(value, nameof(ErrorRate)); }

    /// <summary>Gets the server's use of processors, 0 to 1 for each; null when not measured.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not finite.</exception>
    public double? CpuUsage { get; init => field = FiniteNumber.Require(value, nameof(CpuUsage)); }

    /// <summary>Gets the server's memory in MiB; null when not measured.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not finite.</exception>
    public double? MemoryUsageMb { get; init => field = FiniteNumber.Require(value, nameof(MemoryUsageMb)); }

    /// <summary>Gets the connections in use at the end of the interval; null when not measured.</summary>
    public int? ActiveConnections { get; init; }

    /// <summary>Gets the open connections at the end of the interval; null when not measured.</summary>
    public int? ConnectionPoolSize { get; init; }

    /// <summary>Gets further figures as a JSON object of up to 65,536 characters; <c>{}</c> for none.</summary>
    /// <exception cref="ArgumentException">The text is no JSON object that <see cref="StorableJson"/> lets pass, or too long.</exception>
    public string CustomMetrics { get; init => field = JsonObjectText.Require(value, nameof(CustomMetrics)); } = "{}";
}
