using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.Routing;

internal sealed class RoutingRuleEntityConfiguration : IEntityTypeConfiguration<RoutingRuleEntity>
{
    public void Configure(EntityTypeBuilder<RoutingRuleEntity> builder)
    {
        builder.HasTable("routing_rules");
        builder.HasIndex(x => new { x.TenantId, x.NameKey }).IsUnique().HasDatabaseName("ux_routing_rules_name").ReportsConflictAs("name");
        builder.HasIndex(x => new { x.TenantId, x.IsActive, x.Priority }).HasDatabaseName("idx_routing_rules_tenant_active");

        builder.Property(x => x.NameKey).IsOrdinal();
        builder.Property(x => x.Conditions).IsJsonText();
        builder.Property(x => x.Targets).IsJsonText();
        builder.Property(x => x.Version).IsConcurrencyToken();
    }
}
