using McpRegistry.EntityFrameworkCore.ApiKeys;
using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.EntityFrameworkCore.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.AccessControl;

internal sealed class AccessRuleEntityConfiguration : IEntityTypeConfiguration<AccessRuleEntity>
{
    public void Configure(EntityTypeBuilder<AccessRuleEntity> builder)
    {
        builder.HasTable("server_access_control");
        builder.HasOne<ServerEntity>().WithMany().HasForeignKey(x => x.ServerId)
            .HasConstraintName("fk_server_access_control_server").OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<UserEntity>().WithMany().HasForeignKey(x => x.UserId)
            .HasConstraintName("fk_server_access_control_user").OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<ApiKeyEntity>().WithMany().HasForeignKey(x => x.ApiKeyId)
            .HasConstraintName("fk_server_access_control_api_key").OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(x => x.TenantId).HasDatabaseName("ix_server_access_control_tenant");
        builder.HasIndex(x => x.ServerId).HasDatabaseName("ix_server_access_control_server");
        builder.HasIndex(x => x.UserId).HasDatabaseName("ix_server_access_control_user");
        builder.HasIndex(x => x.ApiKeyId).HasDatabaseName("ix_server_access_control_api_key");
        builder.HasIndex(x => new { x.ServerId, x.UserId, x.SubjectTenantId, x.ApiKeyId })
            .HasFilter("is_active")
            .HasDatabaseName("idx_server_access_subject");

        builder.Property(x => x.AllowedMethods).IsDocument();
        builder.Property(x => x.DeniedMethods).IsDocument();
        builder.Property(x => x.AllowedDays).IsDocument();
        builder.Property(x => x.AllowedHours).IsDocument();
        builder.Property(x => x.Version).IsConcurrencyToken();
    }
}
