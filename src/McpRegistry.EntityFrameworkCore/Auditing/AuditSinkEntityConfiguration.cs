using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.Auditing;

internal sealed class AuditSinkEntityConfiguration : IEntityTypeConfiguration<AuditSinkEntity>
{
    public void Configure(EntityTypeBuilder<AuditSinkEntity> builder)
    {
        builder.ToTable("audit_sinks");
        builder.HasKey(x => new { x.Sink, x.TenantId }).HasName("pk_audit_sinks");
    }
}
