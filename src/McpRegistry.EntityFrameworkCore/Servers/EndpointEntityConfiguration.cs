using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Servers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.Servers;

internal sealed class EndpointEntityConfiguration : IEntityTypeConfiguration<EndpointEntity>
{
    public void Configure(EntityTypeBuilder<EndpointEntity> builder)
    {
        builder.HasServer("server_endpoints");
        builder.HasKey(x => x.Id).HasName("pk_server_endpoints").ReportsConflictAs("endpoints");
        builder.HasIndex(x => new { x.TenantId, x.ServerId }).HasDatabaseName("ix_server_endpoints_server");
        builder.HasIndex(x => new { x.EndpointUrl, x.TransportType }).HasDatabaseName("idx_mcp_servers_endpoint_transport");

        builder.Property(x => x.Id).HasColumnName("id").ValueGeneratedNever();
        builder.Property(x => x.Ordinal).HasColumnName("ordinal");
        builder.Property(x => x.TransportType).HasColumnName("transport_type").HasConversion<EnumTextConverter<TransportKind>>();
        builder.Property(x => x.EndpointUrl).HasColumnName("endpoint_url");
        builder.Property(x => x.Command).HasColumnName("command");
        builder.Property(x => x.Arguments).HasColumnName("arguments").IsDocument();
        builder.Property(x => x.Environment).HasColumnName("environment").IsDocument();
        builder.Property(x => x.WorkingDirectory).HasColumnName("working_directory");
        builder.Property(x => x.Weight).HasColumnName("weight");
        builder.Property(x => x.Zone).HasColumnName("zone");
        builder.Property(x => x.ProtocolEra).HasColumnName("protocol_era").HasConversion<EnumTextConverter<ProtocolEra>>();
    }
}
