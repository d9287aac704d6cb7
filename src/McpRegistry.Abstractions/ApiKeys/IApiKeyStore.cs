using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.ApiKeys;

/// <summary>Keeps API keys. Implementations are thread-safe singletons; infrastructure failures are thrown.</summary>
public interface IApiKeyStore
{
    /// <summary>Adds a key.</summary>
    /// <param name="tenant">The owner; must equal <see cref="ApiKey.Tenant"/>.</param>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The stored key, or a conflict on its name, look-up id or id.</returns>
    ValueTask<StoreResult<ApiKey>> AddAsync(TenantId tenant, ApiKey key, CancellationToken cancellationToken);

    /// <summary>Replaces a key: all members but id, tenant and creation time.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="key">The new state.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The stored key, or: not found, a conflict on name or look-up id.</returns>
    ValueTask<StoreResult<ApiKey>> UpdateAsync(TenantId tenant, ApiKey key, CancellationToken cancellationToken);

    /// <summary>
    /// Finds the key that a caller presents. The one look-up without a tenant, since the key is what tells the tenant.
    /// </summary>
    /// <param name="lookupId">The public part of the key.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The key, revoked or expired ones included, or null.</returns>
    ValueTask<ApiKey?> FindByLookupIdAsync(string lookupId, CancellationToken cancellationToken);

    /// <summary>Lists the keys of a tenant by name (ordinal, ascending).</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>All keys of the tenant.</returns>
    ValueTask<IReadOnlyList<ApiKey>> ListAsync(TenantId tenant, CancellationToken cancellationToken);
}
