using System.Collections.Immutable;

namespace McpRegistry.Auditing;

/// <summary>Lists so many faults and counts them all.</summary>
internal sealed class FaultList(int most)
{
    private readonly ImmutableArray<AuditChainFault>.Builder _listed = ImmutableArray.CreateBuilder<AuditChainFault>();

    public long Count { get; private set; }

    public void Add(AuditChainFault fault)
    {
        Count++;
        if (_listed.Count < most)
        {
            _listed.Add(fault);
        }
    }

    public void Add(AuditChainFaultKind kind, ChainedAuditEvent row, string message) =>
        Add(new AuditChainFault(kind, row.Sequence, row.Event.Id, message));

    public void AddMissing(long first, long last) => Add(
        first == last
            ? new AuditChainFault(AuditChainFaultKind.Missing, first, null, "The row is not there.")
            : new AuditChainFault(AuditChainFaultKind.Missing, first, null, $"The rows {first} to {last} are not there.") { LastSequence = last });

    public ImmutableArray<AuditChainFault> ToImmutable() => _listed.ToImmutable();
}
