using McpRegistry.ApiKeys;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.ApiKeys;

/// <summary>The writes of a key that is stored already.</summary>
internal static class ApiKeyWriter
{
    public static async Task<StoreResult<ApiKey>> UpdateAsync(
        RegistryDbContext context, ApiKeyEntity wanted, CancellationToken cancellationToken)
    {
        var stored = context.ApiKeys.Where(x => x.TenantId == wanted.TenantId && x.Id == wanted.Id);
        var rows = await stored
            .Where(x => x.Version == wanted.Version)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(x => x.Name, wanted.Name)
                    .SetProperty(x => x.LookupId, wanted.LookupId)
                    .SetProperty(x => x.Salt, wanted.Salt)
                    .SetProperty(x => x.KeyHash, wanted.KeyHash)
                    .SetProperty(x => x.LastFour, wanted.LastFour)
                    .SetProperty(x => x.Scopes, wanted.Scopes)
                    .SetProperty(x => x.ExpiresAt, wanted.ExpiresAt)
                    .SetProperty(x => x.RevokedAt, wanted.RevokedAt)
                    .SetProperty(x => x.RevokedReason, wanted.RevokedReason)
                    .SetProperty(x => x.IsActive, wanted.IsActive)
                    .SetProperty(x => x.Description, wanted.Description)
                    .SetProperty(x => x.UserId, wanted.UserId)
                    .SetProperty(x => x.AllowedServers, wanted.AllowedServers)
                    .SetProperty(x => x.AllowedMethods, wanted.AllowedMethods)
                    .SetProperty(x => x.IpWhitelist, wanted.IpWhitelist)
                    .SetProperty(x => x.RateLimitPerHour, wanted.RateLimitPerHour)
                    .SetProperty(x => x.RateLimitPerDay, wanted.RateLimitPerDay)
                    .SetProperty(x => x.RotatedFrom, wanted.RotatedFrom)
                    .SetProperty(x => x.Version, x => x.Version + 1),
                cancellationToken)
            .ConfigureAwait(false);
        if (rows == 0)
        {
            return await stored.AnyAsync(cancellationToken).ConfigureAwait(false)
                ? StoreResult<ApiKey>.Stale()
                : StoreResult<ApiKey>.NotFound();
        }

        return StoreResult<ApiKey>.Success(ApiKeyMapper.ToRecord(
            await stored.AsNoTracking().SingleAsync(cancellationToken).ConfigureAwait(false)));
    }

    public static async Task<StoreResult<bool>> LockAsync(
        RegistryDbContext context, TenantId tenant, Guid id, DateTimeOffset? until, int? expectedLockouts, CancellationToken cancellationToken)
    {
        var factor = until is null ? 0 : 1;
        var rows = await context.ApiKeys
            .Where(x => x.TenantId == tenant.Value && x.Id == id && (expectedLockouts == null || x.Lockouts == expectedLockouts))
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(x => x.LockedUntil, until)
                    .SetProperty(x => x.FailedAttempts, 0)
                    .SetProperty(x => x.Lockouts, x => (x.Lockouts + 1) * factor),
                cancellationToken)
            .ConfigureAwait(false);
        return rows == 0 ? StoreResult<bool>.NotFound() : StoreResult<bool>.Success(true);
    }
}
