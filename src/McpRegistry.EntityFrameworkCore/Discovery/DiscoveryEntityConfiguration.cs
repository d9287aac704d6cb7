using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Servers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.Discovery;

internal sealed class DiscoveryEntityConfiguration : IEntityTypeConfiguration<DiscoveryEntity>
{
    public void Configure(EntityTypeBuilder<DiscoveryEntity> builder)
    {
        builder.HasServer("server_discoveries");
        builder.HasKey(x => new { x.TenantId, x.ServerId }).HasName("pk_server_discoveries");

        builder.Property(x => x.HealthStatus).HasColumnName("health_status").HasConversion<EnumTextConverter<ServerHealth>>();
        builder.Property(x => x.CompletedAt).HasColumnName("completed_at");
        builder.Property(x => x.DurationMicroseconds).HasColumnName("duration_us");
        builder.Property(x => x.Faults).HasColumnName("faults").IsDocument();
        builder.Property(x => x.ProtocolEra).HasColumnName("protocol_era").HasConversion<EnumTextConverter<ProtocolEra>>();
        builder.Property(x => x.ProtocolVersion).HasColumnName("protocol_version");
        builder.Property(x => x.ServerInfo).HasColumnName("server_info");
        builder.Property(x => x.Capabilities).HasColumnName("capabilities");
        builder.Property(x => x.Instructions).HasColumnName("instructions");
        builder.Property(x => x.HasItems).HasColumnName("has_items");
    }
}
