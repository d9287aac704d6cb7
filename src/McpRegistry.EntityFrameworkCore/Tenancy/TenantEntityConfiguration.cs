using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.Tenancy;

internal sealed class TenantEntityConfiguration : IEntityTypeConfiguration<TenantEntity>
{
    public void Configure(EntityTypeBuilder<TenantEntity> builder)
    {
        builder.HasTable("tenants");
        builder.HasIndex(x => x.Slug).IsUnique().HasDatabaseName("ux_tenants_slug").ReportsConflictAs("slug");
        builder.Property(x => x.Slug).IsOrdinal();
        builder.Property(x => x.Settings).IsJsonText();
        builder.Property(x => x.Version).IsConcurrencyToken();
    }
}
