using McpRegistry.ApiKeys;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.ApiKeys;

/// <summary>Adds up failed attempts: relative updates, so that replicas that report at the same time lose nothing of each other.</summary>
internal static class ApiKeyAttemptWriter
{
    public static async Task<IReadOnlyDictionary<Guid, ApiKeyLockout>> AddAsync(
        RegistryDbContext context, TenantId tenant, IEnumerable<ApiKeyAttempts> attempts, CancellationToken cancellationToken)
    {
        // In one order, so that two batches over the same keys wait for each other instead of crosswise.
        var seen = attempts.OrderBy(static entry => entry.KeyId).ToList();
        foreach (var entry in seen)
        {
            await AddAsync(context, tenant, entry, cancellationToken).ConfigureAwait(false);
        }

        var ids = seen.ConvertAll(static entry => entry.KeyId);
        return await context.ApiKeys
            .AsNoTracking()
            .Where(x => x.TenantId == tenant.Value && ids.Contains(x.Id))
            .Select(x => new { x.Id, x.FailedAttempts, x.LastFailedAttempt, x.Lockouts, x.LockedUntil })
            .ToDictionaryAsync(
                static row => row.Id,
                static row => new ApiKeyLockout
                {
                    FailedAttempts = row.FailedAttempts,
                    LastFailedAttempt = row.LastFailedAttempt,
                    Lockouts = row.Lockouts,
                    LockedUntil = row.LockedUntil,
                },
                cancellationToken)
            .ConfigureAwait(false);
    }

    private static Task<int> AddAsync(
        RegistryDbContext context, TenantId tenant, ApiKeyAttempts seen, CancellationToken cancellationToken)
    {
        var last = StoredTime.Normalize(seen.LastFailure);
        var failures = seen.Failures;
        var factor = seen.Succeeded ? 0 : 1;
        return context.ApiKeys
            .Where(x => x.TenantId == tenant.Value && x.Id == seen.KeyId)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(
                        x => x.FailedAttempts,
                        x => x.LockedUntil != null && x.LockedUntil > last ? x.FailedAttempts : (x.FailedAttempts * factor) + failures)
                    .SetProperty(x => x.Lockouts, x => x.Lockouts * factor)
                    .SetProperty(
                        x => x.LastFailedAttempt,
                        x => x.LastFailedAttempt == null || x.LastFailedAttempt < last ? last : x.LastFailedAttempt),
                cancellationToken);
    }
}
