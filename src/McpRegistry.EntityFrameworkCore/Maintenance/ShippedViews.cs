using McpRegistry.Maintenance;

namespace McpRegistry.EntityFrameworkCore.Maintenance;

/// <summary>What the shipped views have in common on every database; the query is the dialect's.</summary>
internal static class ShippedViews
{
    public static IReadOnlyList<MaterializedViewDefinition> Create(string dailyUsage, string serverPerformance) =>
    [
        new()
        {
            Id = Guid.Empty,
            Name = "mv_daily_usage_summary",
            Description = "Requests of the last 30 days, a row for each day (UTC) and tenant",
            Query = dailyUsage,
            Indexes = ["day, tenant_id", "tenant_id, day"],
            Strategy = RefreshStrategy.Scheduled,
            RefreshIntervalMinutes = 60,
            CreatedAt = default,
            UpdatedAt = default,
        },
        new()
        {
            Id = Guid.Empty,
            Name = "mv_server_performance_metrics",
            Description = "Figures of servers of the last 7 days, a row for each hour (UTC) and server",
            Query = serverPerformance,
            Indexes = ["hour, server_id", "tenant_id, server_id, hour"],
            Strategy = RefreshStrategy.Scheduled,
            RefreshIntervalMinutes = 15,
            CreatedAt = default,
            UpdatedAt = default,
        },
    ];
}
