namespace McpRegistry.EntityFrameworkCore.Auditing;

/// <summary>The ends of a tenant's chain. Whoever extends or shortens the chain holds this row until the commit.</summary>
internal sealed class AuditChainEntity
{
    public Guid TenantId { get; set; }

    /// <summary>Gets or sets the number of the last row; 0 for none.</summary>
    public long Sequence { get; set; }

    public required byte[] Hash { get; set; }

    /// <summary>Gets or sets the number of the last row that retention deleted; 0 for none.</summary>
    public long AnchorSequence { get; set; }

    public required byte[] AnchorHash { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    /// <summary>Gets or sets how many rows without a number there were when the chain began.</summary>
    public long UnchainedBefore { get; set; }
}
