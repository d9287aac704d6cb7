using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.Users;

internal sealed class UserEntityConfiguration : IEntityTypeConfiguration<UserEntity>
{
    public void Configure(EntityTypeBuilder<UserEntity> builder)
    {
        builder.HasTable("users");
        builder.HasIndex(x => new { x.TenantId, x.UsernameKey }).IsUnique().HasDatabaseName("ux_users_username").ReportsConflictAs("username");
        builder.HasIndex(x => new { x.TenantId, x.EmailKey }).IsUnique().HasDatabaseName("ux_users_email").ReportsConflictAs("email");
        builder.HasIndex(x => new { x.TenantId, x.AuthProvider, x.AuthProviderId })
            .IsUnique()
            .HasFilter("auth_provider IS NOT NULL")
            .HasDatabaseName("ux_users_external")
            .ReportsConflictAs("authProviderId");
        builder.HasIndex(x => new { x.TenantId, x.Role, x.IsActive }).HasDatabaseName("idx_users_tenant_role");
        builder.HasIndex(x => new { x.AuthProvider, x.AuthProviderId })
            .HasFilter("auth_provider IS NOT NULL")
            .HasDatabaseName("idx_users_auth_provider");

        builder.Property(x => x.UsernameKey).IsOrdinal();
        builder.Property(x => x.EmailKey).IsOrdinal();
        builder.Property(x => x.Metadata).IsJsonText();
        builder.Property(x => x.Version).IsConcurrencyToken();
    }
}
