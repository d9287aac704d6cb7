using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.Resilience;

internal sealed class ConnectionPoolEntityConfiguration : IEntityTypeConfiguration<ConnectionPoolEntity>
{
    public void Configure(EntityTypeBuilder<ConnectionPoolEntity> builder)
    {
        builder.HasTable("connection_pools");
        builder.HasServer("connection_pools");
        builder.HasIndex(x => new { x.TenantId, x.ServerId, x.EndpointId, x.Instance })
            .IsUnique()
            .HasDatabaseName("ux_connection_pools_endpoint")
            .ReportsConflictAs("endpointId");
        builder.Property(x => x.Instance).IsOrdinal();
    }
}
