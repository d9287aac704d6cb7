using McpRegistry.Storage;
using McpRegistry.Telemetry;
using McpRegistry.Tenancy;

namespace McpRegistry.Auditing;

/// <summary>The chains in memory. Rows that make room for younger ones move the beginning of their chain, as retention does.</summary>
internal sealed class InMemoryAuditTrail
{
    private readonly Dictionary<TenantId, InMemoryAuditChain> _chains = [];
    private readonly InMemoryRows<ChainedAuditEvent> _rows;
    private readonly TimeProvider _time;

    public InMemoryAuditTrail(TimeProvider time, RegistryMeter? meter)
    {
        _time = time;
        _rows = new InMemoryRows<ChainedAuditEvent>(
            static row => new RowPosition(row.Event.OccurredAt, row.Event.Id),
            meter is null ? null : InMemoryRows<ChainedAuditEvent>.Instrument(meter.Meter),
            "audit_events",
            row => _chains[row.Event.Tenant].Forget(row));
    }

    public void Add_NeedsLock(AuditEvent auditEvent)
    {
        if (_rows.Contains(auditEvent.Id))
        {
            return;
        }

        if (!_chains.TryGetValue(auditEvent.Tenant, out var chain))
        {
            _chains[auditEvent.Tenant] = chain = new InMemoryAuditChain(auditEvent.Tenant, StoredTime.Normalize(_time.GetUtcNow()));
        }

        _rows.Add(chain.Add(auditEvent with { OccurredAt = StoredTime.Normalize(auditEvent.OccurredAt) }));
    }

    public IReadOnlyList<ChainedAuditEvent> Page_NeedsLock(Func<AuditEvent, bool> match, RowPosition? after, int limit) =>
        _rows.Page(row => match(row.Event), after, limit);

    public IEnumerable<AuditChainHead> Heads_NeedsLock() => _chains.Values.Select(static chain => chain.Head);

    public InMemoryAuditChain? Find_NeedsLock(TenantId tenant) => _chains.GetValueOrDefault(tenant);
}
