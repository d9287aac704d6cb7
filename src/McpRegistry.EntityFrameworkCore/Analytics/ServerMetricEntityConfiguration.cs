using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.Analytics;

internal sealed class ServerMetricEntityConfiguration : IEntityTypeConfiguration<ServerMetricEntity>
{
    public void Configure(EntityTypeBuilder<ServerMetricEntity> builder)
    {
        builder.HasTable("server_metrics");
        builder.HasServer("server_metrics");
        builder.HasIndex(x => new { x.TenantId, x.ServerId }).HasDatabaseName("ix_server_metrics_server");
        builder.HasIndex(x => new { x.ServerId, x.Timestamp }).IsDescending(false, true).HasDatabaseName("idx_server_metrics_server_time");
        builder.HasIndex(x => new { x.ResponseTimeMs, x.ErrorRate, x.Timestamp })
            .IsDescending(false, false, true)
            .HasFilter("response_time_ms IS NOT NULL")
            .HasDatabaseName("idx_server_metrics_performance");
        builder.Property(x => x.CustomMetrics).IsJsonText();
    }
}
