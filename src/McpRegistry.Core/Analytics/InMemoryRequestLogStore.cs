using McpRegistry.Storage;
using McpRegistry.Telemetry;
using McpRegistry.Tenancy;

namespace McpRegistry.Analytics;

internal sealed class InMemoryRequestLogStore : IRequestLogStore
{
    private readonly InMemoryRows<RequestLogEntry> _rows;
    private readonly InMemoryDatabase _database;

    public InMemoryRequestLogStore(InMemoryDatabase database, RegistryMeter meter)
    {
        _database = database;
        _rows = new InMemoryRows<RequestLogEntry>(
            static row => new RowPosition(row.RequestTime, row.Id), InMemoryRows<RequestLogEntry>.Instrument(meter.Meter), "request_logs");
        database.OnServerDeleted((_, id) => _rows.Change(row => row.TargetServerId == id, static row => row with { TargetServerId = null }));
    }

    public ValueTask AppendAsync(IReadOnlyList<RequestLogEntry> entries, CancellationToken cancellationToken) => _database.RunAsync(
        () =>
        {
            foreach (var entry in entries)
            {
                var isKnown = entry.TargetServerId is { } server
                    && (_database.HasServer_NeedsLock(entry.Tenant, server) || _database.HasServer_NeedsLock(TenantId.Global, server));
                _rows.Add(entry with
                {
                    RequestTime = StoredTime.Normalize(entry.RequestTime),
                    TargetServerId = isKnown ? entry.TargetServerId : null,
                });
            }
        },
        cancellationToken);

    public IReadOnlyList<RequestLogEntry> Read(Func<RequestLogEntry, bool> match)
    {
        lock (_database.Gate)
        {
            return [.. _rows.All.Where(match)];
        }
    }

    public ValueTask<IReadOnlyList<RequestLogEntry>> ListAsync(
        TenantId tenant, RowPosition? after, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        return _database.RunAsync(() => _rows.Page(row => row.Tenant == tenant, after, limit), cancellationToken);
    }
}
