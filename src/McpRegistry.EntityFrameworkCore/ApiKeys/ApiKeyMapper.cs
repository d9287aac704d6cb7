using McpRegistry.ApiKeys;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.EntityFrameworkCore.ApiKeys;

internal static class ApiKeyMapper
{
    public static ApiKeyEntity ToEntity(TenantId tenant, ApiKey key) => new()
    {
        Id = key.Id,
        TenantId = tenant.Value,
        Name = key.Name,
        LookupId = key.LookupId,
        Salt = key.Salt.ToArray(),
        KeyHash = key.Hash.ToArray(),
        LastFour = key.LastFour,
        Scopes = key.Scopes,
        CreatedAt = StoredTime.Normalize(key.CreatedAt),
        ExpiresAt = StoredTime.Normalize(key.ExpiresAt),
        RevokedAt = StoredTime.Normalize(key.RevokedAt),
        IsActive = key.RevokedAt is null,
    };

    public static ApiKey ToRecord(ApiKeyEntity entity) => new()
    {
        Id = entity.Id,
        Tenant = new TenantId(entity.TenantId),
        Name = entity.Name,
        LookupId = entity.LookupId,
        Salt = entity.Salt,
        Hash = entity.KeyHash,
        LastFour = entity.LastFour,
        Scopes = entity.Scopes,
        CreatedAt = entity.CreatedAt,
        ExpiresAt = entity.ExpiresAt,
        RevokedAt = entity.RevokedAt,
    };
}
