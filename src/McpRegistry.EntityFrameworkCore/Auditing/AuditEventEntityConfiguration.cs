using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.Auditing;

internal sealed class AuditEventEntityConfiguration : IEntityTypeConfiguration<AuditEventEntity>
{
    private const string McpOnly = "source = 'mcp'";

    public void Configure(EntityTypeBuilder<AuditEventEntity> builder)
    {
        builder.HasTable("audit_events");
        builder.HasIndex(x => new { x.TenantId, x.OccurredAt }).IsDescending(false, true).HasDatabaseName("idx_audit_logs_tenant_time");
        builder.HasIndex(x => new { x.Action, x.ResourceType, x.ResourceId }).HasDatabaseName("idx_audit_logs_action_resource");
        builder.HasIndex(x => new { x.UserId, x.Success, x.OccurredAt })
            .IsDescending(false, false, true)
            .HasFilter("user_id IS NOT NULL")
            .HasDatabaseName("idx_audit_logs_user_success");
        builder.HasIndex(x => new { x.UserId, x.Action, x.ResourceType, x.Success, x.OccurredAt })
            .IsDescending(false, false, false, false, true)
            .HasDatabaseName("idx_security_access_composite");

        // One trail holds the calls as well as the changes, so the indexes over calls leave the changes out.
        builder.HasIndex(x => new { x.UserId, x.OccurredAt })
            .IsDescending(false, true)
            .HasFilter(McpOnly)
            .HasDatabaseName("idx_fastmcp_audit_user_time");
        builder.HasIndex(x => new { x.Method, x.Success, x.OccurredAt })
            .HasFilter(McpOnly)
            .HasDatabaseName("idx_fastmcp_audit_method_success");
        builder.HasIndex(x => new { x.TenantId, x.DurationMs, x.OccurredAt })
            .HasFilter(McpOnly)
            .HasDatabaseName("idx_fastmcp_audit_tenant_performance");

        // Not unique: a row that somebody put in at a number to come must not keep the registry from writing. Verification names it.
        builder.HasIndex(x => new { x.TenantId, x.Sequence, x.Id }).HasDatabaseName("ix_audit_events_chain");

        builder.Property(x => x.Roles).IsDocument();
        builder.Property(x => x.Details).IsJsonText();
    }
}
