using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.Health;

internal sealed class HealthCheckEntityConfiguration : IEntityTypeConfiguration<HealthCheckEntity>
{
    public void Configure(EntityTypeBuilder<HealthCheckEntity> builder)
    {
        builder.HasTable("server_health_checks");
        builder.HasServer("server_health_checks");
        builder.HasIndex(x => new { x.TenantId, x.ServerId, x.CheckedAt })
            .IsDescending(false, false, true)
            .HasDatabaseName("ix_server_health_checks_server_time");
    }
}
