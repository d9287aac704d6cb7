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
    }
}
