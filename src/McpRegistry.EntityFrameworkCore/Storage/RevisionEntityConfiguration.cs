using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.Storage;

internal sealed class RevisionEntityConfiguration : IEntityTypeConfiguration<RevisionEntity>
{
    public void Configure(EntityTypeBuilder<RevisionEntity> builder)
    {
        builder.ToTable("registry_revisions");
        builder.HasKey(x => new { x.TenantId, x.Scope }).HasName("pk_registry_revisions");
        builder.Property(x => x.TenantId).HasColumnName("tenant_id");
        builder.Property(x => x.Scope).HasColumnName("scope").HasConversion<EnumTextConverter<RevisionScope>>();
        builder.Property(x => x.Revision).HasColumnName("revision");
    }
}
