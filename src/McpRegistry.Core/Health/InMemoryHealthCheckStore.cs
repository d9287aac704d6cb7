using McpRegistry.Storage;
using McpRegistry.Telemetry;
using McpRegistry.Tenancy;

namespace McpRegistry.Health;

internal sealed class InMemoryHealthCheckStore : IHealthCheckStore
{
    private readonly InMemoryRows<HealthCheckRecord> _rows;
    private readonly InMemoryDatabase _database;

    public InMemoryHealthCheckStore(InMemoryDatabase database, RegistryMeter meter)
    {
        _database = database;
        _rows = new InMemoryRows<HealthCheckRecord>(
            static row => new RowPosition(row.CheckedAt, row.Id), InMemoryRows<HealthCheckRecord>.Instrument(meter.Meter), "server_health_checks");
        database.OnServerDeleted((tenant, id) => _rows.Remove(row => row.Tenant == tenant && row.ServerId == id));
    }

    public ValueTask AppendAsync(IReadOnlyList<HealthCheckRecord> checks, CancellationToken cancellationToken) => _database.RunAsync(
        () =>
        {
            foreach (var check in checks.Where(check => _database.HasServer_NeedsLock(check.Tenant, check.ServerId)))
            {
                _rows.Add(check with { CheckedAt = StoredTime.Normalize(check.CheckedAt) });
            }
        },
        cancellationToken);

    public ValueTask<IReadOnlyList<HealthCheckRecord>> ListAsync(
        TenantId tenant, Guid serverId, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        return _database.RunAsync(() => _rows.Page(row => row.Tenant == tenant && row.ServerId == serverId, null, limit), cancellationToken);
    }
}
