using McpRegistry.Tenancy;

namespace McpRegistry.Auditing;

/// <summary>Where the chain of a tenant begins and ends. It tells of rows that are missing at either end.</summary>
public sealed record AuditChainHead
{
    /// <summary>Gets whose chain it is.</summary>
    public TenantId Tenant { get; init; }

    /// <summary>Gets the number of the last row; 0 when there was none yet.</summary>
    public required long Sequence { get; init; }

    /// <summary>Gets the hash of the last row, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> Hash { get; init; }

    /// <summary>Gets the number of the last row that retention deleted; 0 for none. The chain begins behind it.</summary>
    public long AnchorSequence { get; init; }

    /// <summary>Gets the hash of that row, 32 bytes; zeros for none.</summary>
    public required ReadOnlyMemory<byte> AnchorHash { get; init; }

    /// <summary>Gets when the chain began, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Gets how many rows without a place in a chain the tenant had when its chain began.</summary>
    public long UnchainedBefore { get; init; }
}
