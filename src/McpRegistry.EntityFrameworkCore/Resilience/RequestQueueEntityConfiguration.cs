using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.Resilience;

internal sealed class RequestQueueEntityConfiguration : IEntityTypeConfiguration<RequestQueueEntity>
{
    public void Configure(EntityTypeBuilder<RequestQueueEntity> builder)
    {
        builder.HasTable("request_queues");
        builder.HasServer("request_queues");
        builder.HasIndex(x => new { x.TenantId, x.ServerId, x.Instance })
            .IsUnique()
            .HasDatabaseName("ux_request_queues_server")
            .ReportsConflictAs("instance");
        builder.Property(x => x.Instance).IsOrdinal();
    }
}
