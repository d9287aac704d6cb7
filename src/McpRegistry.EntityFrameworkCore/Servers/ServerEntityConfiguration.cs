using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Servers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.Servers;

internal sealed class ServerEntityConfiguration : IEntityTypeConfiguration<ServerEntity>
{
    public void Configure(EntityTypeBuilder<ServerEntity> builder)
    {
        builder.ToTable("mcp_servers");
        builder.HasKey(x => x.Id).HasName("pk_mcp_servers").ReportsConflictAs("id");
        builder.HasAlternateKey(x => new { x.TenantId, x.Id }).HasName("ak_mcp_servers_tenant_id").ReportsConflictAs("id");
        builder.HasIndex(x => new { x.TenantId, x.NameKey }).IsUnique().HasDatabaseName("ux_mcp_servers_name").ReportsConflictAs("name");
        builder.HasIndex(x => new { x.TenantId, x.Alias }).IsUnique().HasDatabaseName("ux_mcp_servers_alias").ReportsConflictAs("alias");
        builder.HasIndex(x => new { x.TenantId, x.HealthStatus }).HasDatabaseName("idx_mcp_servers_tenant_status");
        builder.HasIndex(x => x.LastHealthCheck)
            .HasFilter("last_health_check IS NOT NULL")
            .HasDatabaseName("idx_mcp_servers_health_check_time");
        builder.HasIndex(x => new { x.HealthStatus, x.AvgResponseTime, x.SuccessRate })
            .HasFilter("enabled")
            .HasDatabaseName("idx_mcp_servers_performance");

        // Holds the order of a discovery, so that a query can walk it and stop at the end of its page, and what decides whether
        // a server is seen, so that the walk stays in the index.
        builder.HasIndex(x => new { x.TenantId, x.HealthRank, x.ResponseOrder, x.NameKey, x.Id, x.Enabled, x.Visibility, x.OwnerId })
            .HasDatabaseName("idx_servers_discovery_composite");

        // The same for what other tenants offer to everyone, which belongs to no tenant that could be named.
        builder.HasIndex(x => new { x.HealthRank, x.ResponseOrder, x.NameKey, x.Id, x.TenantId, x.Enabled, x.OwnerId, x.Visibility })
            .HasFilter("visibility = 'public'")
            .HasDatabaseName("ix_servers_discovery_public");

        builder.Property(x => x.Id).HasColumnName("id").ValueGeneratedNever();
        builder.Property(x => x.TenantId).HasColumnName("tenant_id");
        builder.Property(x => x.Name).HasColumnName("name");
        builder.Property(x => x.NameKey).HasColumnName("name_key").IsOrdinal();
        builder.Property(x => x.Alias).HasColumnName("alias").IsOrdinal();
        builder.Property(x => x.Description).HasColumnName("description");
        builder.Property(x => x.DescriptionKey!).IsOrdinal();
        builder.Property(x => x.Tags).HasColumnName("tags").IsDocument();
        builder.Property(x => x.Origin).HasColumnName("origin").HasConversion<EnumTextConverter<ServerOrigin>>();
        builder.Property(x => x.Isolation).HasColumnName("session_isolation").HasConversion<EnumTextConverter<SessionIsolation>>();
        builder.Property(x => x.Enabled).HasColumnName("enabled");
        builder.Property(x => x.Credential!).HasColumnName("credential").IsDocument();
        builder.Property(x => x.HealthStatus).HasColumnName("health_status").HasConversion<EnumTextConverter<ServerHealth>>();
        builder.Property(x => x.LastHealthCheck).HasColumnName("last_health_check");
        builder.Property(x => x.CreatedAt).HasColumnName("created_at");
        builder.Property(x => x.UpdatedAt).HasColumnName("updated_at");
        builder.Property(x => x.Version).HasColumnName("version").IsConcurrencyToken();
    }
}
