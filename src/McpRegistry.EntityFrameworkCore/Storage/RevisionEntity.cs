namespace McpRegistry.EntityFrameworkCore.Storage;

internal sealed class RevisionEntity
{
    public Guid TenantId { get; set; }

    public RevisionScope Scope { get; set; }

    public long Revision { get; set; }
}
