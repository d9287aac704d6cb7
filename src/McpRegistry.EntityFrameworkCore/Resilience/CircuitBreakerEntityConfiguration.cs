using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.Resilience;

internal sealed class CircuitBreakerEntityConfiguration : IEntityTypeConfiguration<CircuitBreakerEntity>
{
    public void Configure(EntityTypeBuilder<CircuitBreakerEntity> builder)
    {
        builder.HasTable("circuit_breakers");
        builder.HasServer("circuit_breakers");
        builder.Property(x => x.History!).IsDocument();
        builder.HasIndex(x => new { x.TenantId, x.ServerId }).HasDatabaseName("ix_circuit_breakers_server");
        builder.HasIndex(x => new { x.State, x.LastStateChange })
            .HasFilter("state <> 'closed'")
            .HasDatabaseName("idx_circuit_breakers_state");
    }
}
