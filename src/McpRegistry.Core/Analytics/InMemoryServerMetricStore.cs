using McpRegistry.Servers;
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

    public ValueTask AppendAsync(IReadOnlyList<ServerMetric> metrics, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        KnownServers.Write(_database, metrics.Select(Server), Write_NeedsLock);
        return ValueTask.CompletedTask;

        static (TenantId, Guid) Server(ServerMetric metric) => (metric.Tenant, metric.ServerId);

        void Write_NeedsLock(HashSet<(TenantId, Guid)> known)
        {
            foreach (var metric in metrics.Where(metric => known.Contains(Server(metric))))
            {
                _rows.Add(metric with { Timestamp = StoredTime.Normalize(metric.Timestamp) });
            }
        }
    }

    public ValueTask<IReadOnlyList<ServerMetric>> ListAsync(
        TenantId tenant, Guid serverId, DateTimeOffset from, RowPosition? after, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<IReadOnlyList<ServerMetric>>(cancellationToken);
        }

        lock (_database.Gate)
        {
            return ValueTask.FromResult(_rows.Page(
                row => row.Tenant == tenant && row.ServerId == serverId && row.Timestamp >= from, after, limit));
        }
    }
}
