using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.Sessions;

internal sealed class GatewaySessionEntityConfiguration : IEntityTypeConfiguration<GatewaySessionEntity>
{
    public void Configure(EntityTypeBuilder<GatewaySessionEntity> builder)
    {
        builder.HasTable("gateway_sessions");
        builder.HasIndex(x => new { x.TenantId, x.SessionHash })
            .IsUnique()
            .HasDatabaseName("ux_gateway_sessions_hash")
            .ReportsConflictAs("sessionHash");
        builder.HasIndex(x => new { x.UserId, x.IsActive, x.ExpiresAt })
            .HasFilter("revoked_at IS NULL")
            .HasDatabaseName("idx_sessions_user_active");
        builder.HasIndex(x => x.LastActivity)
            .IsDescending()
            .HasFilter("is_active")
            .HasDatabaseName("idx_sessions_activity_time");
    }
}
