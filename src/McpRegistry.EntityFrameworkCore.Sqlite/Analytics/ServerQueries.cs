using McpRegistry.Analytics;
using McpRegistry.EntityFrameworkCore.Discovery;
using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Sqlite.Analytics;

internal static class ServerQueries
{
    public static async Task<ServerHealthSummary> SumUpHealthAsync(IQueryable<ServerEntity> servers, CancellationToken cancellationToken)
    {
        var counts = await servers.GroupBy(server => server.HealthStatus)
            .Select(group => new { Health = group.Key, Count = group.LongCount() })
            .ToDictionaryAsync(group => group.Health, group => group.Count, cancellationToken)
            .ConfigureAwait(false);
        return new ServerHealthSummary
        {
            TotalServers = counts.Values.Sum(),
            HealthyServers = counts.GetValueOrDefault(ServerHealth.Healthy),
            UnhealthyServers = counts.GetValueOrDefault(ServerHealth.Unhealthy),
            DegradedServers = counts.GetValueOrDefault(ServerHealth.Degraded),
            UnknownServers = counts.GetValueOrDefault(ServerHealth.Unknown),
            MaintenanceServers = counts.GetValueOrDefault(ServerHealth.Maintenance),
            AverageResponseTimeMs = Rounding.Round(
                await servers.AverageAsync(server => server.AvgResponseTime, cancellationToken).ConfigureAwait(false)),
        };
    }

    public static async Task<TenantInventory> CountAsync(
        RegistryDbContext context, TenantId tenant, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var id = tenant.Value;
        return new TenantInventory
        {
            Servers = await context.Servers.LongCountAsync(row => row.TenantId == id, cancellationToken).ConfigureAwait(false),
            Tools = await CountItemsAsync<ToolEntity>(context, id, cancellationToken).ConfigureAwait(false),
            Resources = await CountItemsAsync<ResourceEntity>(context, id, cancellationToken).ConfigureAwait(false)
                + await CountItemsAsync<ResourceTemplateEntity>(context, id, cancellationToken).ConfigureAwait(false),
            Prompts = await CountItemsAsync<PromptEntity>(context, id, cancellationToken).ConfigureAwait(false),
            Users = await context.Users.LongCountAsync(row => row.TenantId == id, cancellationToken).ConfigureAwait(false),
            ActiveApiKeys = await context.ApiKeys
                .Where(row => row.TenantId == id && row.IsActive && row.RevokedAt == null)
                .LongCountAsync(row => row.ExpiresAt == null || row.ExpiresAt > now, cancellationToken)
                .ConfigureAwait(false),
            ActiveSessions = await context.Sessions
                .Where(row => row.TenantId == id && row.IsActive && row.RevokedAt == null)
                .LongCountAsync(row => row.ExpiresAt > now, cancellationToken)
                .ConfigureAwait(false),
            LoggedRequests = await context.RequestLogs.LongCountAsync(row => row.TenantId == id, cancellationToken).ConfigureAwait(false),
        };
    }

    private static Task<long> CountItemsAsync<T>(RegistryDbContext context, Guid tenant, CancellationToken cancellationToken)
        where T : CatalogueEntity =>
        context.Set<T>().LongCountAsync(row => row.TenantId == tenant, cancellationToken);
}
