using System.Diagnostics.CodeAnalysis;
using McpRegistry.Tenancy;

namespace McpRegistry.ApiKeys;

/// <summary>Keeps tenants to <see cref="Tenant.MaxApiKeys"/>. Keys that are revoked or expired do not count.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A late addition may still wait for its turn; it holds nothing to release, and disposed of it would leave that one waiting for ever.")]
internal sealed class ApiKeyQuota(ITenantStore tenants, IApiKeyStore store, TimeProvider time)
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>
    /// Runs an addition, or the return of a key that had ended, and takes it back when the tenant has too many keys with it. Additions of this
    /// process wait for each other; two replicas that compete for the last place may both lose it, and never keep one too many.
    /// </summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="spare">How many keys may be there beyond the limit: one while it is replaced.</param>
    /// <param name="add">Adds the key; null when it could not.</param>
    /// <param name="takeBack">Takes the key back.</param>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <returns>False when the limit did not let the key be.</returns>
    public async ValueTask<bool> AddAsync(
        TenantId tenant, int spare, Func<ValueTask<ApiKey?>> add, Func<ApiKey, ValueTask> takeBack, CancellationToken cancellationToken)
    {
        if (await FindLimitAsync(tenant, cancellationToken).ConfigureAwait(false) is not { } limit)
        {
            await add().ConfigureAwait(false);
            return true;
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (await CountAsync(tenant, cancellationToken).ConfigureAwait(false) >= limit + spare)
            {
                return false;
            }

            // From here on nothing is cancelled: a key too many must not stay because somebody hung up.
            if (await add().ConfigureAwait(false) is not { } added
                || await CountAsync(tenant, CancellationToken.None).ConfigureAwait(false) <= limit + spare)
            {
                return true;
            }

            await takeBack(added).ConfigureAwait(false);
            return false;
        }
        finally
        {
            _turn.Release();
        }
    }

    public static bool Counts(ApiKey key, DateTimeOffset now) => key.RevokedAt is null && !(key.ExpiresAt <= now);

    /// <summary>Finds how many keys a tenant may have; null for any number.</summary>
    public async ValueTask<int?> FindLimitAsync(TenantId tenant, CancellationToken cancellationToken) =>
        tenant.IsGlobal ? null : (await tenants.FindAsync(tenant, cancellationToken).ConfigureAwait(false))?.MaxApiKeys;

    private ValueTask<int> CountAsync(TenantId tenant, CancellationToken cancellationToken) =>
        store.CountAsync(tenant, time.GetUtcNow(), cancellationToken);
}
