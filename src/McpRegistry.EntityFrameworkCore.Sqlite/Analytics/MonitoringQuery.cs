using McpRegistry.Analytics;
using McpRegistry.EntityFrameworkCore.Analytics;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Sqlite.Analytics;

internal static class MonitoringQuery
{
    public static async Task<IReadOnlyList<MonitoringReading>> ReadAsync(
        RegistryDbContext context, TimeProvider time, CancellationToken cancellationToken)
    {
        var window = RequestWindow.EndingNow(hours: 1, time);
        var size = await SizeQueries.ReadDatabaseAsync(context, window.UpTo, cancellationToken).ConfigureAwait(false);
        var servers = await ServerQueries.SumUpHealthAsync(context.Servers, cancellationToken).ConfigureAwait(false);
        var success = await context.Servers.AverageAsync(server => server.SuccessRate, cancellationToken).ConfigureAwait(false);
        var requests = await RequestQueries.SumUpUsageAsync(RequestQueries.Of(context, window), cancellationToken).ConfigureAwait(false);
        var successful = await RequestQueries.Of(context, window)
            .LongCountAsync(row => row.StatusCode < 400, cancellationToken)
            .ConfigureAwait(false);
        return
        [
            Reading("database", "active_connections", size.ActiveConnections, "count"),
            Reading("database", "index_count", size.IndexCount, "count"),
            Reading("database", "table_count", size.TableCount, "count"),
            Reading("database", "total_size", size.TotalBytes, "bytes"),
            Reading("recent_requests", "avg_response_time", requests.AverageDurationMs, "ms"),
            Reading("recent_requests", "avg_success_rate", Rounding.Percentage(successful, requests.TotalRequests), "percent"),
            Reading("recent_requests", "healthy_count", successful, "count"),
            Reading("recent_requests", "total_count", requests.TotalRequests, "count"),
            Reading("servers", "avg_response_time", servers.AverageResponseTimeMs, "ms"),
            Reading("servers", "avg_success_rate", Rounding.Round(100 * success), "percent"),
            Reading("servers", "healthy_count", servers.HealthyServers, "count"),
            Reading("servers", "total_count", servers.TotalServers, "count"),
        ];

        MonitoringReading Reading(string category, string metric, decimal? value, string unit) =>
            new() { Category = category, Metric = metric, Value = value, Unit = unit, SnapshotTime = window.UpTo };
    }
}
