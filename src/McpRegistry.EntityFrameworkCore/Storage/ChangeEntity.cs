namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>One write. Kind and operation are text, so that a replica can skip what only a newer one knows.</summary>
internal sealed class ChangeEntity
{
    public long Revision { get; set; }

    public Guid TenantId { get; set; }

    public required string Kind { get; set; }

    public Guid EntityId { get; set; }

    public required string Operation { get; set; }

    public DateTimeOffset OccurredAt { get; set; }
}
