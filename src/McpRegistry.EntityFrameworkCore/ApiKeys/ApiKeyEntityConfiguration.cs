using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.ApiKeys;

internal sealed class ApiKeyEntityConfiguration : IEntityTypeConfiguration<ApiKeyEntity>
{
    public void Configure(EntityTypeBuilder<ApiKeyEntity> builder)
    {
        builder.ToTable("api_keys");
        builder.HasKey(x => x.Id).HasName("pk_api_keys").ReportsConflictAs("id");
        builder.HasIndex(x => new { x.TenantId, x.Name }).IsUnique().HasDatabaseName("ux_api_keys_name").ReportsConflictAs("name");

        // The one key without a tenant: the look-up id is what tells the tenant of a caller.
        builder.HasIndex(x => x.LookupId).IsUnique().HasDatabaseName("ux_api_keys_lookup_id").ReportsConflictAs("lookupId");
        builder.HasIndex(x => new { x.TenantId, x.IsActive }).HasDatabaseName("idx_api_keys_tenant_active");
        builder.HasIndex(x => x.ExpiresAt)
            .HasFilter("is_active AND expires_at IS NOT NULL")
            .HasDatabaseName("idx_api_keys_expiration");
        builder.HasIndex(x => new { x.LastUsed, x.TotalRequests }).HasFilter("is_active").HasDatabaseName("idx_api_keys_usage");
        builder.HasIndex(x => new { x.KeyHash, x.IsActive }).HasDatabaseName("idx_api_keys_hash_active");
        builder.HasIndex(x => x.UserId).HasFilter("is_active").HasDatabaseName("idx_api_keys_user_enabled");

        builder.Property(x => x.AllowedServers).IsDocument();
        builder.Property(x => x.AllowedMethods).IsDocument();
        builder.Property(x => x.IpWhitelist).IsDocument();
        builder.Property(x => x.Id).HasColumnName("id").ValueGeneratedNever();
        builder.Property(x => x.TenantId).HasColumnName("tenant_id");
        builder.Property(x => x.Name).HasColumnName("name").IsOrdinal();
        builder.Property(x => x.LookupId).HasColumnName("lookup_id").IsOrdinal();
        builder.Property(x => x.Salt).HasColumnName("salt");
        builder.Property(x => x.KeyHash).HasColumnName("key_hash");
        builder.Property(x => x.LastFour).HasColumnName("last_four");
        builder.Property(x => x.Scopes).HasColumnName("scopes").HasConversion<ApiKeyScopeConverter>();
        builder.Property(x => x.CreatedAt).HasColumnName("created_at");
        builder.Property(x => x.ExpiresAt).HasColumnName("expires_at");
        builder.Property(x => x.RevokedAt).HasColumnName("revoked_at");
        builder.Property(x => x.Version).IsConcurrencyToken();
    }
}
