using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.Analytics;

/// <remarks>The index by day (idx_tenant_utilization_composite) is an expression, so each provider's migration makes it.</remarks>
internal sealed class RequestLogEntityConfiguration : IEntityTypeConfiguration<RequestLogEntity>
{
    public void Configure(EntityTypeBuilder<RequestLogEntity> builder)
    {
        builder.HasTable("request_logs");
        builder.HasOne<ServerEntity>().WithMany().HasForeignKey(x => x.TargetServerId)
            .HasConstraintName("fk_request_logs_server").OnDelete(DeleteBehavior.SetNull);
        builder.HasIndex(x => new { x.TenantId, x.RequestTime }).IsDescending(false, true).HasDatabaseName("idx_request_logs_tenant_time");
        builder.HasIndex(x => new { x.TargetServerId, x.DurationMs, x.StatusCode })
            .HasFilter("target_server_id IS NOT NULL")
            .HasDatabaseName("idx_request_logs_server_performance");
        builder.HasIndex(x => new { x.IpAddress, x.Path })
            .HasFilter("ip_address IS NOT NULL")
            .HasDatabaseName("idx_request_logs_ip_path");
        builder.HasIndex(x => new { x.Path, x.Method, x.TargetServerId, x.DurationMs, x.RequestTime })
            .IsDescending(false, false, false, false, true)
            .HasFilter("status_code < 400")
            .HasDatabaseName("idx_request_routing_composite");
    }
}
