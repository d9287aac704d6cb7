using McpRegistry.ApiKeys;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Analytics;

/// <summary>
/// Answers from the stores of the process. It keeps no request log, response times or tables, so what would be read from
/// those is empty.
/// </summary>
internal sealed class InMemoryAnalytics(IServerStore servers, IApiKeyStore keys, TimeProvider time) : IRegistryAnalytics
{
    private const int LongestHours = 87_600;

    public async ValueTask<ServerHealthSummary> GetServerHealthAsync(TenantId tenant, CancellationToken cancellationToken) =>
        SumUp(await ReadAsync(tenant, cancellationToken).ConfigureAwait(false));

    public async ValueTask<ServerHealthSummary> GetServerHealthAcrossTenantsAsync(CancellationToken cancellationToken) =>
        SumUp(await ReadAsync(null, cancellationToken).ConfigureAwait(false));

    public ValueTask<RequestPerformanceSummary> GetRequestPerformanceAsync(
        TenantId tenant, int hours, CancellationToken cancellationToken) =>
        Empty(new RequestPerformanceSummary(), hours, cancellationToken);

    public ValueTask<RequestPerformanceSummary> GetRequestPerformanceAcrossTenantsAsync(int hours, CancellationToken cancellationToken) =>
        Empty(new RequestPerformanceSummary(), hours, cancellationToken);

    public ValueTask<TenantUsageSummary> GetTenantUsageAsync(TenantId tenant, int hours, CancellationToken cancellationToken) =>
        Empty(new TenantUsageSummary(), hours, cancellationToken);

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
            ActiveApiKeys = await CountActiveKeysAsync(tenant, cancellationToken).ConfigureAwait(false),
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
        var health = await GetServerHealthAcrossTenantsAsync(cancellationToken).ConfigureAwait(false);
        var now = StoredTime.Normalize(time.GetUtcNow());
        return
        [
            Reading("database", "active_connections", null, "count"),
            Reading("database", "index_count", 0, "count"),
            Reading("database", "table_count", 0, "count"),
            Reading("database", "total_size", null, "bytes"),
            Reading("recent_requests", "avg_response_time", null, "ms"),
            Reading("recent_requests", "avg_success_rate", null, "percent"),
            Reading("recent_requests", "healthy_count", 0, "count"),
            Reading("recent_requests", "total_count", 0, "count"),
            Reading("servers", "avg_response_time", null, "ms"),
            Reading("servers", "avg_success_rate", null, "percent"),
            Reading("servers", "healthy_count", health.HealthyServers, "count"),
            Reading("servers", "total_count", health.TotalServers, "count"),
        ];

        MonitoringReading Reading(string category, string metric, decimal? value, string unit) =>
            new() { Category = category, Metric = metric, Value = value, Unit = unit, SnapshotTime = now };
    }

    private static ServerHealthSummary SumUp(List<StoredServer> stored)
    {
        var health = stored.ToLookup(server => server.Discovery?.Health ?? ServerHealth.Unknown);
        return new ServerHealthSummary
        {
            TotalServers = stored.Count,
            HealthyServers = health[ServerHealth.Healthy].Count(),
            UnhealthyServers = health[ServerHealth.Unhealthy].Count(),
            DegradedServers = health[ServerHealth.Degraded].Count(),
            UnknownServers = health[ServerHealth.Unknown].Count(),
            MaintenanceServers = health[ServerHealth.Maintenance].Count(),
        };
    }

    private static ValueTask<T> Empty<T>(T empty, int hours, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hours, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hours, LongestHours);
        return Answer(empty, cancellationToken);
    }

    private static ValueTask<T> Answer<T>(T answer, CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        ? ValueTask.FromCanceled<T>(cancellationToken)
        : ValueTask.FromResult(answer);

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
