using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;

namespace McpRegistry.EntityFrameworkCore.Analytics;

/// <summary>What one server did in one interval. Rows are sums over the calls of the interval, not one row a call.</summary>
internal sealed class ServerMetricEntity : IServerChild, IHasId
{
    public Guid Id { get; set; }

    public Guid TenantId { get; set; }

    public Guid ServerId { get; set; }

    public DateTimeOffset Timestamp { get; set; }

    public long IntervalMs { get; set; }

    public long RequestCount { get; set; }

    public long ErrorCount { get; set; }

    public double? ResponseTimeMs { get; set; }

    public double? RequestsPerSecond { get; set; }

    public double? ErrorRate { get; set; }

    public double? CpuUsage { get; set; }

    public double? MemoryUsageMb { get; set; }

    public int? ActiveConnections { get; set; }

    public int? ConnectionPoolSize { get; set; }

    public required string CustomMetrics { get; set; }
}
