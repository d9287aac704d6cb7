using McpRegistry.Servers;
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

    public ValueTask AppendAsync(IReadOnlyList<RequestLogEntry> entries, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        var wanted = entries
            .Where(entry => entry.TargetServerId is not null)
            .SelectMany(entry => new[] { (entry.Tenant, entry.TargetServerId!.Value), (TenantId.Global, entry.TargetServerId!.Value) });
        KnownServers.Write(_database, wanted, Write_NeedsLock);
        return ValueTask.CompletedTask;

        void Write_NeedsLock(HashSet<(TenantId, Guid)> known)
        {
            foreach (var entry in entries)
            {
                var isKnown = entry.TargetServerId is { } server && (known.Contains((entry.Tenant, server)) || known.Contains((TenantId.Global, server)));
                _rows.Add(entry with
                {
                    RequestTime = StoredTime.Normalize(entry.RequestTime),
                    TargetServerId = isKnown ? entry.TargetServerId : null,
                });
            }
        }
    }

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
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<IReadOnlyList<RequestLogEntry>>(cancellationToken);
        }

        lock (_database.Gate)
        {
            return ValueTask.FromResult(_rows.Page(row => row.Tenant == tenant, after, limit));
        }
    }
}
