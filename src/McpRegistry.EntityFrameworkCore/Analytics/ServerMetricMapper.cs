using McpRegistry.Analytics;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.EntityFrameworkCore.Analytics;

internal static class ServerMetricMapper
{
    public static ServerMetricEntity ToEntity(ServerMetric metric) => new()
    {
        Id = metric.Id,
        TenantId = metric.Tenant.Value,
        ServerId = metric.ServerId,
        Timestamp = StoredTime.Normalize(metric.Timestamp),
        IntervalMs = metric.IntervalMs,
        RequestCount = metric.RequestCount,
        ErrorCount = metric.ErrorCount,
        ResponseTimeMs = metric.ResponseTimeMs,
        RequestsPerSecond = metric.RequestsPerSecond,
        ErrorRate = metric.ErrorRate,
        CpuUsage = metric.CpuUsage,
        MemoryUsageMb = metric.MemoryUsageMb,
        ActiveConnections = metric.ActiveConnections,
        ConnectionPoolSize = metric.ConnectionPoolSize,
        CustomMetrics = metric.CustomMetrics,
    };

    public static ServerMetric ToRecord(ServerMetricEntity entity) => new()
    {
        Id = entity.Id,
        Tenant = new TenantId(entity.TenantId),
        ServerId = entity.ServerId,
        Timestamp = entity.Timestamp,
        IntervalMs = entity.IntervalMs,
        RequestCount = entity.RequestCount,
        ErrorCount = entity.ErrorCount,
        ResponseTimeMs = entity.ResponseTimeMs,
        RequestsPerSecond = entity.RequestsPerSecond,
        ErrorRate = entity.ErrorRate,
        CpuUsage = entity.CpuUsage,
        MemoryUsageMb = entity.MemoryUsageMb,
        ActiveConnections = entity.ActiveConnections,
        ConnectionPoolSize = entity.ConnectionPoolSize,
        CustomMetrics = entity.CustomMetrics,
    };
}
