using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.Auditing;

internal sealed class AuditChainEntityConfiguration : IEntityTypeConfiguration<AuditChainEntity>
{
    public void Configure(EntityTypeBuilder<AuditChainEntity> builder)
    {
        builder.ToTable("audit_chains");
        builder.HasKey(x => x.TenantId).HasName("pk_audit_chains");
        builder.Property(x => x.TenantId).ValueGeneratedNever();
    }
}
