using System.Collections.Immutable;
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
        RevokedReason = key.RevokedReason,
        IsActive = key is { Enabled: true, RevokedAt: null },
        Description = key.Description,
        UserId = key.Owner,
        AllowedServers = ToArray(key.AllowedServers),
        AllowedMethods = ToArray(key.AllowedMethods),
        IpWhitelist = ToArray(key.AllowedAddresses),
        RateLimitPerHour = key.LimitPerHour,
        RateLimitPerDay = key.LimitPerDay,
        RotatedFrom = key.RotatedFrom,
        Version = key.Version,
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
        RevokedReason = entity.RevokedReason,
        Enabled = entity.IsActive,
        Description = entity.Description,
        Owner = entity.UserId,
        AllowedServers = [.. entity.AllowedServers],
        AllowedMethods = [.. entity.AllowedMethods],
        AllowedAddresses = [.. entity.IpWhitelist],
        LimitPerHour = entity.RateLimitPerHour,
        LimitPerDay = entity.RateLimitPerDay,
        RotatedFrom = entity.RotatedFrom,
        Version = entity.Version,
    };

    public static StoredApiKey ToStored(ApiKeyEntity entity) => new(
        ToRecord(entity),
        new ApiKeyUsage
        {
            LastUsed = entity.LastUsed,
            LastSuccess = entity.LastSuccess,
            LastError = entity.LastError,
            TotalRequests = entity.TotalRequests,
            TotalErrors = entity.TotalErrors,
        },
        new ApiKeyLockout
        {
            FailedAttempts = entity.FailedAttempts,
            LastFailedAttempt = entity.LastFailedAttempt,
            Lockouts = entity.Lockouts,
            LockedUntil = entity.LockedUntil,
        });

    private static T[] ToArray<T>(ImmutableArray<T> items) => items.IsDefault ? [] : [.. items];
}
