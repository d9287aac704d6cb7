using System.Collections.Immutable;
using McpRegistry.Tenancy;

namespace McpRegistry.Auditing;

/// <summary>What a look at the whole of an audit chain, or a part of it, has found.</summary>
public sealed record AuditVerification
{
    /// <summary>Gets whose chain it is.</summary>
    public TenantId Tenant { get; init; }

    /// <summary>Gets the ends of the chain when the look began; null where there is no chain.</summary>
    public AuditChainHead? Head { get; init; }

    /// <summary>Gets how many rows were read.</summary>
    public long RowsRead { get; init; }

    /// <summary>Gets how many rows have no place in the chain, since they are older than it.</summary>
    public long Unchained { get; init; }

    /// <summary>Gets the first faults, by their place in the chain.</summary>
    public ImmutableArray<AuditChainFault> Faults { get; init; } = [];

    /// <summary>Gets how many faults there are, listed or not.</summary>
    public long FaultCount { get; init; }

    /// <summary>Gets a value that tells whether nothing is wrong.</summary>
    public bool IsIntact => FaultCount == 0;
}
