using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.Storage;

internal sealed class ChangeEntityConfiguration : IEntityTypeConfiguration<ChangeEntity>
{
    public void Configure(EntityTypeBuilder<ChangeEntity> builder)
    {
        builder.ToTable("registry_changes");

        // The one index: rows are read and pruned by revision, and every write of the registry pays for each further one.
        builder.HasKey(x => x.Revision).HasName("pk_registry_changes");
        builder.Property(x => x.Revision).HasColumnName("revision").ValueGeneratedNever();
        builder.Property(x => x.TenantId).HasColumnName("tenant_id");
        builder.Property(x => x.Kind).HasColumnName("kind");
        builder.Property(x => x.EntityId).HasColumnName("entity_id");
        builder.Property(x => x.Operation).HasColumnName("operation");
        builder.Property(x => x.OccurredAt).HasColumnName("occurred_at");
    }
}
