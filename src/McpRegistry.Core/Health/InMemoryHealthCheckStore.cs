using McpRegistry.Servers;
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

    public ValueTask AppendAsync(IReadOnlyList<HealthCheckRecord> checks, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        KnownServers.Write(_database, checks.Select(Server), Write_NeedsLock);
        return ValueTask.CompletedTask;

        static (TenantId, Guid) Server(HealthCheckRecord check) => (check.Tenant, check.ServerId);

        void Write_NeedsLock(HashSet<(TenantId, Guid)> known)
        {
            foreach (var check in checks.Where(check => known.Contains(Server(check))))
            {
                _rows.Add(check with { CheckedAt = StoredTime.Normalize(check.CheckedAt) });
            }
        }
    }

    public ValueTask<IReadOnlyList<HealthCheckRecord>> ListAsync(
        TenantId tenant, Guid serverId, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<IReadOnlyList<HealthCheckRecord>>(cancellationToken);
        }

        lock (_database.Gate)
        {
            return ValueTask.FromResult(_rows.Page(row => row.Tenant == tenant && row.ServerId == serverId, null, limit));
        }
    }
}
