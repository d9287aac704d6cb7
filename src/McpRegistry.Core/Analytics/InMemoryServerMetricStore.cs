using McpRegistry.Storage;
using McpRegistry.Telemetry;
using McpRegistry.Tenancy;

namespace McpRegistry.Analytics;

internal sealed class InMemoryServerMetricStore : IServerMetricStore
{
    private readonly InMemoryRows<ServerMetric> _rows;
    private readonly InMemoryDatabase _database;

    public InMemoryServerMetricStore(InMemoryDatabase database, RegistryMeter meter)
    {
        _database = database;
        _rows = new InMemoryRows<ServerMetric>(
            static row => new RowPosition(row.Timestamp, row.Id), InMemoryRows<ServerMetric>.Instrument(meter.Meter), "server_metrics");
        database.OnServerDeleted((tenant, id) => _rows.Remove(row => row.Tenant == tenant && row.ServerId == id));
    }

    public ValueTask AppendAsync(IReadOnlyList<ServerMetric> metrics, CancellationToken cancellationToken) => _database.RunAsync(
        () =>
        {
            foreach (var metric in metrics.Where(metric => _database.HasServer_NeedsLock(metric.Tenant, metric.ServerId)))
            {
                _rows.Add(metric with { Timestamp = StoredTime.Normalize(metric.Timestamp) });
            }
        },
        cancellationToken);

    public ValueTask<IReadOnlyList<ServerMetric>> ListAsync(
        TenantId tenant, Guid serverId, DateTimeOffset from, RowPosition? after, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        return _database.RunAsync(
            () => _rows.Page(row => row.Tenant == tenant && row.ServerId == serverId && row.Timestamp >= from, after, limit), cancellationToken);
    }
}
