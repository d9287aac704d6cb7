namespace McpRegistry.EntityFrameworkCore.Auditing;

/// <summary>How far a sink has come in the trail of a tenant, and who is at it.</summary>
internal sealed class AuditSinkEntity
{
    public required string Sink { get; set; }

    public Guid TenantId { get; set; }

    /// <summary>Gets or sets the number of the last row that is delivered; 0 for none.</summary>
    public long Sequence { get; set; }

    public Guid Holder { get; set; }

    public DateTimeOffset HeldUntil { get; set; }
}
