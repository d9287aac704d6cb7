using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.Alerts;

internal sealed class PerformanceAlertEntityConfiguration : IEntityTypeConfiguration<PerformanceAlertEntity>
{
    public void Configure(EntityTypeBuilder<PerformanceAlertEntity> builder)
    {
        builder.HasTable("performance_alerts");
        builder.HasOne<ServerEntity>().WithMany().HasForeignKey(x => x.ServerId)
            .HasConstraintName("fk_performance_alerts_server").OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(x => x.ServerId).HasDatabaseName("ix_performance_alerts_server");
        builder.HasIndex(x => new { x.TenantId, x.NameKey }).IsUnique().HasDatabaseName("ux_performance_alerts_name").ReportsConflictAs("name");
        builder.Property(x => x.NameKey).IsOrdinal();
        builder.Property(x => x.NotificationChannels).IsDocument();
        builder.Property(x => x.Version).IsConcurrencyToken();
    }
}
