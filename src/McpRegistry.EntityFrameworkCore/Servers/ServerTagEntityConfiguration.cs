using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.Servers;

internal sealed class ServerTagEntityConfiguration : IEntityTypeConfiguration<ServerTagEntity>
{
    public void Configure(EntityTypeBuilder<ServerTagEntity> builder)
    {
        builder.HasServer("server_tags");
        builder.HasKey(x => new { x.TenantId, x.ServerId, x.Tag }).HasName("pk_server_tags");
        builder.HasIndex(x => new { x.Tag, x.TenantId, x.ServerId }).HasDatabaseName("ix_server_tags_tag");
        builder.Property(x => x.Tag).IsOrdinal();
    }
}
