using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.Configuration;

internal sealed class SystemConfigEntityConfiguration : IEntityTypeConfiguration<SystemConfigEntity>
{
    public void Configure(EntityTypeBuilder<SystemConfigEntity> builder)
    {
        builder.HasTable("system_configs");

        // The key comes first: the value of a tenant and the global one that it overrides are read together.
        builder.HasIndex(x => new { x.Key, x.TenantId }).IsUnique().HasDatabaseName("idx_system_configs_key_tenant").ReportsConflictAs("key");
        builder.HasIndex(x => new { x.Category, x.TenantId }).HasDatabaseName("idx_system_configs_category_tenant");

        builder.Property(x => x.Key).IsOrdinal();
        builder.Property(x => x.Category).IsOrdinal();
        builder.Property(x => x.Value).IsJsonText();
        builder.Property(x => x.Version).IsConcurrencyToken();
    }
}
