using McpRegistry.Tenancy;

namespace McpRegistry.Analytics;

/// <summary>
/// Answers questions about the registry as a whole: how well its servers are, what was asked of it, how large its database
/// is. Every store answers alike; what a store cannot know is null. The methods without a tenant look at all tenants and
/// are for the operator of the host alone.
/// </summary>
public interface IRegistryAnalytics
{
    /// <summary>Counts the servers of one tenant by health, switched off ones included.</summary>
    /// <param name="tenant">The tenant; <see cref="TenantId.Global"/> for servers that belong to none.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The counts; all zero for a tenant without servers.</returns>
    ValueTask<ServerHealthSummary> GetServerHealthAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>Counts the servers of all tenants by health, switched off ones included.</summary>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The counts; all zero without servers.</returns>
    ValueTask<ServerHealthSummary> GetServerHealthAcrossTenantsAsync(CancellationToken cancellationToken);

    /// <summary>Sums up the requests of one tenant after now minus <paramref name="hours"/>, up to now.</summary>
    /// <param name="tenant">The tenant; <see cref="TenantId.Global"/> for requests that belong to none.</param>
    /// <param name="hours">The length of the window, 1 to 87,600 (ten years); 24 is usual.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The sums; zeros and nulls when there was no request.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="hours"/> is out of its range.</exception>
    ValueTask<RequestPerformanceSummary> GetRequestPerformanceAsync(TenantId tenant, int hours, CancellationToken cancellationToken);

    /// <summary>Sums up the requests of all tenants after now minus <paramref name="hours"/>, up to now.</summary>
    /// <param name="hours">The length of the window, 1 to 87,600 (ten years); 24 is usual.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The sums; zeros and nulls when there was no request.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="hours"/> is out of its range.</exception>
    ValueTask<RequestPerformanceSummary> GetRequestPerformanceAcrossTenantsAsync(int hours, CancellationToken cancellationToken);

    /// <summary>Tells how much one tenant used the gateway after now minus <paramref name="hours"/>, up to now.</summary>
    /// <param name="tenant">The tenant; <see cref="TenantId.Global"/> for requests that belong to none.</param>
    /// <param name="hours">The length of the window, 1 to 87,600 (ten years); 24 is usual.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The usage; zeros and nulls when there was no request.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="hours"/> is out of its range.</exception>
    ValueTask<TenantUsageSummary> GetTenantUsageAsync(TenantId tenant, int hours, CancellationToken cancellationToken);

    /// <summary>Counts what one tenant has.</summary>
    /// <param name="tenant">The tenant; <see cref="TenantId.Global"/> for what belongs to none.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The counts; all zero for a tenant that has nothing.</returns>
    ValueTask<TenantInventory> GetTenantInventoryAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>Measures each table of the registry.</summary>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The tables, largest first; none for a store without tables.</returns>
    ValueTask<IReadOnlyList<TableSize>> GetTableSizesAsync(CancellationToken cancellationToken);

    /// <summary>Measures the database as a whole.</summary>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The measures.</returns>
    ValueTask<DatabaseSize> GetDatabaseSizeAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Tells how often each index was used since the database's statistics began. Those that nothing needs are
    /// <see cref="IndexUsageCategory.Unused"/> and no <see cref="IndexUsage.IsKey"/>; a copy of the database for reading
    /// has counters of its own, which are not looked at.
    /// </summary>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The indexes, least used first; none for a store without indexes.</returns>
    ValueTask<IReadOnlyList<IndexUsage>> GetIndexUsageAsync(CancellationToken cancellationToken);

    /// <summary>Reads the gauges of the whole registry: its servers, the requests of the last hour, the database.</summary>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The readings, by category and metric in ordinal order.</returns>
    ValueTask<IReadOnlyList<MonitoringReading>> GetMonitoringAsync(CancellationToken cancellationToken);
}
