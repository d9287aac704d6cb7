using McpRegistry.Tenancy;

namespace McpRegistry.Auditing;

/// <summary>The chain of one tenant. Its owner holds the lock.</summary>
internal sealed class InMemoryAuditChain(TenantId tenant, DateTimeOffset startedAt)
{
    private readonly List<ChainedAuditEvent> _rows = [];
    private int _forgotten;

    public AuditChainHead Head { get; private set; } = new()
    {
        Tenant = tenant,
        Sequence = 0,
        Hash = AuditHash.None,
        AnchorHash = AuditHash.None,
        StartedAt = startedAt,
    };

    public ChainedAuditEvent Add(AuditEvent auditEvent)
    {
        var row = ChainedAuditEvent.Link(auditEvent, Head.Sequence + 1, Head.Hash);
        _rows.Add(row);
        Head = Head with { Sequence = row.Sequence, Hash = row.Hash };
        return row;
    }

    /// <summary>Lets the oldest row go.</summary>
    public void Forget(ChainedAuditEvent oldest)
    {
        Head = Head with { AnchorSequence = oldest.Sequence, AnchorHash = oldest.Hash };
        _forgotten++;
        if (_forgotten * 2 > _rows.Count)
        {
            _rows.RemoveRange(0, _forgotten);
            _forgotten = 0;
        }
    }

    public ChainedAuditEvent[] Read(long afterSequence, int limit) =>
        [.. _rows.Skip((int)Math.Clamp(Math.Max(afterSequence, 0) - Head.AnchorSequence, 0, int.MaxValue - _forgotten) + _forgotten).Take(limit)];
}
