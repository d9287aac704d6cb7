using McpRegistry.EntityFrameworkCore.Maintenance;
using McpRegistry.Maintenance;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Maintenance;

/// <summary>The views that come with the registry. SQLite has the same ones, with the same columns.</summary>
internal static class PostgreSqlShippedViews
{
    private const string DailyUsage =
        """
        SELECT (request_time AT TIME ZONE 'UTC')::date AS day,
               tenant_id,
               count(*) AS total_requests,
               count(*) FILTER (WHERE status_code >= 400) AS error_requests,
               count(DISTINCT user_id) AS unique_users,
               count(DISTINCT target_server_id) AS unique_servers,
               avg(duration_ms) AS avg_duration_ms,
               max(duration_ms) AS max_duration_ms,
               coalesce(sum(coalesce(request_size_bytes, 0) + coalesce(response_size_bytes, 0)), 0)::bigint AS bytes_transferred
        FROM request_logs
        WHERE request_time >= now() - interval '30 days'
        GROUP BY 1, 2
        """;

    private const string ServerPerformance =
        """
        SELECT date_trunc('hour', "timestamp" AT TIME ZONE 'UTC') AS hour,
               tenant_id,
               server_id,
               sum(request_count)::bigint AS request_count,
               sum(error_count)::bigint AS error_count,
               sum(error_count)::double precision / nullif(sum(request_count), 0)::double precision AS error_rate,
               sum(response_time_ms * request_count) FILTER (WHERE response_time_ms IS NOT NULL)
                   / nullif(sum(request_count) FILTER (WHERE response_time_ms IS NOT NULL), 0)::double precision AS avg_response_time_ms,
               max(response_time_ms) AS max_response_time_ms
        FROM server_metrics
        WHERE "timestamp" >= now() - interval '7 days'
        GROUP BY 1, 2, 3
        """;

    public static IReadOnlyList<MaterializedViewDefinition> All { get; } = ShippedViews.Create(DailyUsage, ServerPerformance);
}
