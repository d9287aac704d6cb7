using McpRegistry.Analytics;
using McpRegistry.EntityFrameworkCore.Analytics;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Analytics;

/// <summary>Calls the functions and views of the database.</summary>
internal sealed class PostgreSqlAnalytics(RegistryDatabase database, TimeProvider time) : IRegistryAnalytics
{
    public ValueTask<ServerHealthSummary> GetServerHealthAsync(TenantId tenant, CancellationToken cancellationToken) =>
        ReadServerHealthAsync(Text(tenant), cancellationToken);

    public ValueTask<ServerHealthSummary> GetServerHealthAcrossTenantsAsync(CancellationToken cancellationToken) =>
        ReadServerHealthAsync(null, cancellationToken);

    public ValueTask<RequestPerformanceSummary> GetRequestPerformanceAsync(
        TenantId tenant, int hours, CancellationToken cancellationToken) =>
        ReadRequestPerformanceAsync(RequestWindow.EndingNow(hours, time), Text(tenant), cancellationToken);

    public ValueTask<RequestPerformanceSummary> GetRequestPerformanceAcrossTenantsAsync(int hours, CancellationToken cancellationToken) =>
        ReadRequestPerformanceAsync(RequestWindow.EndingNow(hours, time), null, cancellationToken);

    public ValueTask<TenantUsageSummary> GetTenantUsageAsync(TenantId tenant, int hours, CancellationToken cancellationToken)
    {
        var window = RequestWindow.EndingNow(hours, time);
        return ReadOneAsync<TenantUsageSummary>(
            $"""
            SELECT total_requests AS "TotalRequests", unique_users AS "UniqueUsers", unique_servers AS "UniqueServers",
                avg_duration_ms AS "AverageDurationMs", error_rate AS "ErrorRate",
                total_data_transferred AS "TotalDataTransferred"
            FROM get_tenant_usage_summary({Text(tenant)}, {window.Hours}, {window.UpTo})
            """,
            cancellationToken);
    }

    public ValueTask<TenantInventory> GetTenantInventoryAsync(TenantId tenant, CancellationToken cancellationToken) =>
        ReadOneAsync<TenantInventory>(
            $"""
            SELECT servers AS "Servers", tools AS "Tools", resources AS "Resources", prompts AS "Prompts", users AS "Users",
                active_api_keys AS "ActiveApiKeys", active_sessions AS "ActiveSessions", logged_requests AS "LoggedRequests"
            FROM get_tenant_inventory({Text(tenant)}, {StoredTime.Normalize(time.GetUtcNow())})
            """,
            cancellationToken);

    public ValueTask<IReadOnlyList<TableSize>> GetTableSizesAsync(CancellationToken cancellationToken) =>
        ReadAsync<TableSize>(
            $"""
            SELECT schemaname::text AS "Schema", tablename::text AS "Table", total_size_bytes AS "TotalBytes",
                table_size_bytes AS "TableBytes", indexes_size_bytes AS "IndexBytes", index_percentage AS "IndexPercentage",
                index_count AS "IndexCount"
            FROM database_size_summary
            """,
            cancellationToken);

    public ValueTask<DatabaseSize> GetDatabaseSizeAsync(CancellationToken cancellationToken) =>
        ReadOneAsync<DatabaseSize>(
            $"""
            SELECT total_size_bytes AS "TotalBytes", table_count AS "TableCount", index_count AS "IndexCount",
                view_count AS "ViewCount", function_count AS "FunctionCount", active_connections AS "ActiveConnections",
                max_connections::bigint AS "MaxConnections", checked_at AS "CheckedAt"
            FROM database_size_total
            """,
            cancellationToken);

    public async ValueTask<IReadOnlyList<IndexUsage>> GetIndexUsageAsync(CancellationToken cancellationToken)
    {
        // Where the writes go: a copy for reading has counters of its own.
        var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await ReadAsync<IndexUsage>(
            context,
            $"""
            SELECT schemaname::text AS "Schema", tablename::text AS "Table", indexname::text AS "Index",
                index_scans AS "Scans", tuples_read AS "TuplesRead", tuples_fetched AS "TuplesFetched",
                CASE usage_category WHEN 'Unused' THEN 0 WHEN 'Rarely Used' THEN 1 WHEN 'Occasionally Used' THEN 2 ELSE 3 END
                    AS "Category",
                size_bytes AS "SizeBytes", is_key AS "IsKey"
            FROM index_usage_summary
            """,
            cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<IReadOnlyList<MonitoringReading>> GetMonitoringAsync(CancellationToken cancellationToken) =>
        ReadAsync<MonitoringReading>(
            $"""
            SELECT category AS "Category", metric AS "Metric", value AS "Value", unit AS "Unit", snapshot_time AS "SnapshotTime"
            FROM performance_monitoring ORDER BY category COLLATE "C", metric COLLATE "C"
            """,
            cancellationToken);

    private static string Text(TenantId tenant) => tenant.Value.ToString();

    private ValueTask<ServerHealthSummary> ReadServerHealthAsync(string? tenant, CancellationToken cancellationToken) =>
        ReadOneAsync<ServerHealthSummary>(
            $"""
            SELECT total_servers AS "TotalServers", healthy_servers AS "HealthyServers", unhealthy_servers AS "UnhealthyServers",
                degraded_servers AS "DegradedServers", unknown_servers AS "UnknownServers",
                maintenance_servers AS "MaintenanceServers", avg_response_time AS "AverageResponseTimeMs"
            FROM get_server_health_summary({tenant}::text)
            """,
            cancellationToken);

    private ValueTask<RequestPerformanceSummary> ReadRequestPerformanceAsync(
        RequestWindow window, string? tenant, CancellationToken cancellationToken) =>
        ReadOneAsync<RequestPerformanceSummary>(
            $"""
            SELECT total_requests AS "TotalRequests", successful_requests AS "SuccessfulRequests",
                error_requests AS "ErrorRequests", avg_duration_ms AS "AverageDurationMs",
                p95_duration_ms AS "P95DurationMs", p99_duration_ms AS "P99DurationMs"
            FROM get_request_performance_summary({window.Hours}, {tenant}::text, {window.UpTo})
            """,
            cancellationToken);

    private async ValueTask<T> ReadOneAsync<T>(FormattableString sql, CancellationToken cancellationToken)
        where T : class =>
        (await ReadAsync<T>(sql, cancellationToken).ConfigureAwait(false)).Single();

    private async ValueTask<IReadOnlyList<T>> ReadAsync<T>(FormattableString sql, CancellationToken cancellationToken)
        where T : class
    {
        var context = await database.OpenAnalyticsAsync(cancellationToken).ConfigureAwait(false);
        return await ReadAsync<T>(context, sql, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<T>> ReadAsync<T>(
        RegistryDbContext context, FormattableString sql, CancellationToken cancellationToken)
        where T : class
    {
        await using var scope = context.ConfigureAwait(false);
        return await context.Database.SqlQuery<T>(sql).ToListAsync(cancellationToken).ConfigureAwait(false);
    }
}
