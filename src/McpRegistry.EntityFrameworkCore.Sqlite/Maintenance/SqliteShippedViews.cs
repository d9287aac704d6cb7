using McpRegistry.EntityFrameworkCore.Maintenance;
using McpRegistry.Maintenance;

namespace McpRegistry.EntityFrameworkCore.Sqlite.Maintenance;

/// <summary>The views that come with the registry, with the columns they have on PostgreSQL. Times are microseconds here.</summary>
internal static class SqliteShippedViews
{
    private const string DailyUsage =
        """
        SELECT date(request_time / 1000000, 'unixepoch') AS day,
               tenant_id,
               count(*) AS total_requests,
               count(*) FILTER (WHERE status_code >= 400) AS error_requests,
               count(DISTINCT user_id) AS unique_users,
               count(DISTINCT target_server_id) AS unique_servers,
               avg(duration_ms) AS avg_duration_ms,
               max(duration_ms) AS max_duration_ms,
               coalesce(sum(coalesce(request_size_bytes, 0) + coalesce(response_size_bytes, 0)), 0) AS bytes_transferred
        FROM request_logs
        WHERE request_time >= (CAST(strftime('%s', 'now') AS INTEGER) - 30 * 86400) * 1000000
        GROUP BY 1, 2
        """;

    private const string ServerPerformance =
        """
        SELECT strftime('%Y-%m-%d %H:00:00', "timestamp" / 1000000, 'unixepoch') AS hour,
               tenant_id,
               server_id,
               sum(request_count) AS request_count,
               sum(error_count) AS error_count,
               CAST(sum(error_count) AS REAL) / nullif(sum(request_count), 0) AS error_rate,
               sum(response_time_ms * request_count)
                   / nullif(sum(request_count) FILTER (WHERE response_time_ms IS NOT NULL), 0) AS avg_response_time_ms,
               max(response_time_ms) AS max_response_time_ms
        FROM server_metrics
        WHERE "timestamp" >= (CAST(strftime('%s', 'now') AS INTEGER) - 7 * 86400) * 1000000
        GROUP BY 1, 2, 3
        """;

    public static IReadOnlyList<MaterializedViewDefinition> All { get; } = ShippedViews.Create(DailyUsage, ServerPerformance);
}
