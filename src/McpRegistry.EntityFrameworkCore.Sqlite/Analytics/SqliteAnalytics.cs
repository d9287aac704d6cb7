using McpRegistry.Analytics;
using McpRegistry.EntityFrameworkCore.Analytics;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.EntityFrameworkCore.Sqlite.Analytics;

/// <summary>Answers with queries what PostgreSQL answers with functions and views.</summary>
internal sealed class SqliteAnalytics(RegistryDatabase database, TimeProvider time) : IRegistryAnalytics
{
    public ValueTask<ServerHealthSummary> GetServerHealthAsync(TenantId tenant, CancellationToken cancellationToken) =>
        ReadAsync(
            context => ServerQueries.SumUpHealthAsync(context.Servers.Where(server => server.TenantId == tenant.Value), cancellationToken),
            cancellationToken);

    public ValueTask<ServerHealthSummary> GetServerHealthAcrossTenantsAsync(CancellationToken cancellationToken) =>
        ReadAsync(context => ServerQueries.SumUpHealthAsync(context.Servers, cancellationToken), cancellationToken);

    public ValueTask<RequestPerformanceSummary> GetRequestPerformanceAsync(
        TenantId tenant, int hours, CancellationToken cancellationToken)
    {
        var window = RequestWindow.EndingNow(hours, time);
        return ReadAsync(
            context => RequestQueries.SumUpAsync(RequestQueries.Of(context, window, tenant), cancellationToken),
            cancellationToken);
    }

    public ValueTask<RequestPerformanceSummary> GetRequestPerformanceAcrossTenantsAsync(int hours, CancellationToken cancellationToken)
    {
        var window = RequestWindow.EndingNow(hours, time);
        return ReadAsync(
            context => RequestQueries.SumUpAsync(RequestQueries.Of(context, window), cancellationToken),
            cancellationToken);
    }

    public ValueTask<TenantUsageSummary> GetTenantUsageAsync(TenantId tenant, int hours, CancellationToken cancellationToken)
    {
        var window = RequestWindow.EndingNow(hours, time);
        return ReadAsync(
            context => RequestQueries.SumUpUsageAsync(RequestQueries.Of(context, window, tenant), cancellationToken),
            cancellationToken);
    }

    public ValueTask<TenantInventory> GetTenantInventoryAsync(TenantId tenant, CancellationToken cancellationToken) =>
        ReadAsync(
            context => ServerQueries.CountAsync(context, tenant, StoredTime.Normalize(time.GetUtcNow()), cancellationToken),
            cancellationToken);

    public ValueTask<IReadOnlyList<TableSize>> GetTableSizesAsync(CancellationToken cancellationToken) =>
        ReadAsync(context => SizeQueries.ReadTablesAsync(context, cancellationToken), cancellationToken);

    public ValueTask<DatabaseSize> GetDatabaseSizeAsync(CancellationToken cancellationToken) =>
        ReadAsync(context => SizeQueries.ReadDatabaseAsync(context, time.GetUtcNow(), cancellationToken), cancellationToken);

    public ValueTask<IReadOnlyList<IndexUsage>> GetIndexUsageAsync(CancellationToken cancellationToken) =>
        ReadAsync(context => SizeQueries.ReadIndexesAsync(context, cancellationToken), cancellationToken);

    public ValueTask<IReadOnlyList<MonitoringReading>> GetMonitoringAsync(CancellationToken cancellationToken) =>
        ReadAsync(context => MonitoringQuery.ReadAsync(context, time, cancellationToken), cancellationToken);

    /// <summary>Runs the queries of one answer on one state of the database.</summary>
    private async ValueTask<T> ReadAsync<T>(Func<RegistryDbContext, Task<T>> read, CancellationToken cancellationToken)
    {
        var context = await database.OpenAnalyticsAsync(cancellationToken).ConfigureAwait(false);
        await using var scope = context.ConfigureAwait(false);
        var transaction = await database.BeginReadAsync(context, cancellationToken).ConfigureAwait(false);
        await using var end = transaction.ConfigureAwait(false);
        return await read(context).ConfigureAwait(false);
    }
}
