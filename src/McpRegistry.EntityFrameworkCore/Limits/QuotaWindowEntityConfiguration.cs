using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.Limits;

internal sealed class QuotaWindowEntityConfiguration : IEntityTypeConfiguration<QuotaWindowEntity>
{
    public void Configure(EntityTypeBuilder<QuotaWindowEntity> builder)
    {
        builder.HasTable("quota_windows");
        builder.HasIndex(x => new { x.TenantId, x.SubjectId, x.Period, x.StartsAt })
            .IsUnique()
            .HasDatabaseName("ux_quota_windows_window")
            .ReportsConflictAs("window");
        builder.HasIndex(x => x.StartsAt).HasDatabaseName("ix_quota_windows_starts_at");
    }
}
