using McpRegistry.ApiKeys;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Sessions;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using McpRegistry.Users;

namespace McpRegistry.Analytics;

/// <summary>Answers from the stores of the process. There are no tables, so what would be read from those is empty.</summary>
internal sealed class InMemoryAnalytics(
    IServerStore servers,
    IApiKeyStore keys,
    InMemoryUserStore users,
    InMemoryGatewaySessionStore sessions,
    InMemoryRequestLogStore requests,
    InMemoryUsageStore usage,
    TimeProvider time) : IRegistryAnalytics
{
    private const int LongestHours = 87_600;

    public async ValueTask<ServerHealthSummary> GetServerHealthAsync(TenantId tenant, CancellationToken cancellationToken) =>
        SumUp(await ReadAsync(tenant, cancellationToken).ConfigureAwait(false));

    public async ValueTask<ServerHealthSummary> GetServerHealthAcrossTenantsAsync(CancellationToken cancellationToken) =>
        SumUp(await ReadAsync(null, cancellationToken).ConfigureAwait(false));

    public ValueTask<RequestPerformanceSummary> GetRequestPerformanceAsync(
        TenantId tenant, int hours, CancellationToken cancellationToken) =>
        SumUp(tenant, hours, RequestSums.SumUp, cancellationToken);

    public ValueTask<RequestPerformanceSummary> GetRequestPerformanceAcrossTenantsAsync(int hours, CancellationToken cancellationToken) =>
        SumUp(null, hours, RequestSums.SumUp, cancellationToken);

    public ValueTask<TenantUsageSummary> GetTenantUsageAsync(TenantId tenant, int hours, CancellationToken cancellationToken) =>
        SumUp(tenant, hours, RequestSums.SumUpUsage, cancellationToken);

    public async ValueTask<TenantInventory> GetTenantInventoryAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var own = await ReadAsync(tenant, cancellationToken).ConfigureAwait(false);
        var items = own.SelectMany(stored => stored.Discovery?.Items ?? []).ToLookup(item => item.Kind);
        return new TenantInventory
        {
            Servers = own.Count,
            Tools = items[CatalogueItemKind.Tool].Count(),
            Resources = items[CatalogueItemKind.Resource].Count() + items[CatalogueItemKind.ResourceTemplate].Count(),
            Prompts = items[CatalogueItemKind.Prompt].Count(),
            Users = users.Count(tenant),
            ActiveApiKeys = await CountActiveKeysAsync(tenant, cancellationToken).ConfigureAwait(false),
            ActiveSessions = sessions.CountActive(tenant, StoredTime.Normalize(time.GetUtcNow())),
            LoggedRequests = requests.Read(row => row.Tenant == tenant).Count,
        };
    }

    public ValueTask<IReadOnlyList<TableSize>> GetTableSizesAsync(CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<TableSize>>([], cancellationToken);

    public ValueTask<DatabaseSize> GetDatabaseSizeAsync(CancellationToken cancellationToken) =>
        Answer(new DatabaseSize { CheckedAt = StoredTime.Normalize(time.GetUtcNow()) }, cancellationToken);

    public ValueTask<IReadOnlyList<IndexUsage>> GetIndexUsageAsync(CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<IndexUsage>>([], cancellationToken);

    public async ValueTask<IReadOnlyList<MonitoringReading>> GetMonitoringAsync(CancellationToken cancellationToken)
    {
        var stored = await ReadAsync(null, cancellationToken).ConfigureAwait(false);
        var health = SumUp(stored);
        var success = usage.ReadServers(stored.Select(server => server.Server.Id)).Average(totals => totals.SuccessRate);
        var recent = await GetRequestPerformanceAcrossTenantsAsync(hours: 1, cancellationToken).ConfigureAwait(false);
        var now = StoredTime.Normalize(time.GetUtcNow());
        return
        [
            Reading("database", "active_connections", null, "count"),
            Reading("database", "index_count", 0, "count"),
            Reading("database", "table_count", 0, "count"),
            Reading("database", "total_size", null, "bytes"),
            Reading("recent_requests", "avg_response_time", recent.AverageDurationMs, "ms"),
            Reading("recent_requests", "avg_success_rate", Rounding.Percentage(recent.SuccessfulRequests, recent.TotalRequests), "percent"),
            Reading("recent_requests", "healthy_count", recent.SuccessfulRequests, "count"),
            Reading("recent_requests", "total_count", recent.TotalRequests, "count"),
            Reading("servers", "avg_response_time", health.AverageResponseTimeMs, "ms"),
            Reading("servers", "avg_success_rate", Rounding.Round(100 * success), "percent"),
            Reading("servers", "healthy_count", health.HealthyServers, "count"),
            Reading("servers", "total_count", health.TotalServers, "count"),
        ];

        MonitoringReading Reading(string category, string metric, decimal? value, string unit) =>
            new() { Category = category, Metric = metric, Value = value, Unit = unit, SnapshotTime = now };
    }

    private static ValueTask<T> Answer<T>(T answer, CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        ? ValueTask.FromCanceled<T>(cancellationToken)
        : ValueTask.FromResult(answer);

    private ServerHealthSummary SumUp(List<StoredServer> stored)
    {
        var health = stored.ToLookup(ServerFilter.HealthOf);
        return new ServerHealthSummary
        {
            TotalServers = stored.Count,
            HealthyServers = health[ServerHealth.Healthy].Count(),
            UnhealthyServers = health[ServerHealth.Unhealthy].Count(),
            DegradedServers = health[ServerHealth.Degraded].Count(),
            UnknownServers = health[ServerHealth.Unknown].Count(),
            MaintenanceServers = health[ServerHealth.Maintenance].Count(),
            AverageResponseTimeMs = Rounding.Round(
                usage.ReadServers(stored.Select(server => server.Server.Id)).Average(totals => totals.MeanMs)),
        };
    }

    private ValueTask<T> SumUp<T>(
        TenantId? tenant, int hours, Func<IReadOnlyList<RequestLogEntry>, T> sumUp, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hours, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hours, LongestHours);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellationToken);
        }

        var upTo = StoredTime.Normalize(time.GetUtcNow());
        var after = upTo.AddHours(-hours);
        return ValueTask.FromResult(sumUp(requests.Read(
            row => row.RequestTime > after && row.RequestTime <= upTo && (tenant is null || row.Tenant == tenant))));
    }

    private async Task<long> CountActiveKeysAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var count = 0;
        for (string? after = null; ;)
        {
            var page = await keys.ListAsync(tenant, after, PageSize.Largest, cancellationToken).ConfigureAwait(false);
            count += page.Count(stored => stored.Key is { Enabled: true, RevokedAt: null } key && (key.ExpiresAt is null || key.ExpiresAt > now));
            if (page.Count < PageSize.Largest)
            {
                return count;
            }

            after = page[^1].Key.Name;
        }
    }

    private async Task<List<StoredServer>> ReadAsync(TenantId? tenant, CancellationToken cancellationToken)
    {
        List<StoredServer> found = [];
        await foreach (var stored in servers.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (tenant is null || stored.Server.Tenant == tenant)
            {
                found.Add(stored);
            }
        }

        return found;
    }
}
