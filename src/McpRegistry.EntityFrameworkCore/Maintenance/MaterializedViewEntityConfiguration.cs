using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.Maintenance;

internal sealed class MaterializedViewEntityConfiguration : IEntityTypeConfiguration<MaterializedViewEntity>
{
    public void Configure(EntityTypeBuilder<MaterializedViewEntity> builder)
    {
        builder.HasTable("materialized_views");
        builder.HasIndex(x => x.Name).IsUnique().HasDatabaseName("ux_materialized_views_name").ReportsConflictAs("name");
        builder.Property(x => x.Name).IsOrdinal();
        builder.Property(x => x.Indexes).IsDocument();
        builder.Property(x => x.RefreshTriggers).IsDocument();
        builder.Property(x => x.Version).IsConcurrencyToken();
    }
}
