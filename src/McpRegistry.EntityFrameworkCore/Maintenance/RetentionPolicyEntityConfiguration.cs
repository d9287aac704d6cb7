using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.Maintenance;

internal sealed class RetentionPolicyEntityConfiguration : IEntityTypeConfiguration<RetentionPolicyEntity>
{
    public void Configure(EntityTypeBuilder<RetentionPolicyEntity> builder)
    {
        builder.HasTable("data_retention_policies");
        builder.HasIndex(x => x.Name).IsUnique().HasDatabaseName("ux_data_retention_policies_name").ReportsConflictAs("name");
        builder.Property(x => x.Name).IsOrdinal();
        builder.Property(x => x.Conditions).IsJsonText();
        builder.Property(x => x.Version).IsConcurrencyToken();
    }
}
