using McpRegistry.AccessControl;
using McpRegistry.Limits;
using McpRegistry.Tenancy;
using McpRegistry.Users;
using Microsoft.Extensions.Options;

namespace McpRegistry.ApiKeys;

/// <summary>Reads a key with its tenant and its owner, and has the rules that it took over from another key in force.</summary>
internal sealed class ApiKeyLoader(
    IApiKeyStore keys, ITenantStore tenants, IUserStore users, TimeProvider time, IOptions<ApiKeyOptions> options, TenantLimitTable? limits = null,
    KeyRules? rules = null)
{
    public async ValueTask<RememberedKey?> LoadAsync(string lookupId, CancellationToken cancellationToken)
    {
        return await keys.FindByLookupIdAsync(lookupId, cancellationToken).ConfigureAwait(false) is { } stored
            ? await CompleteAsync(stored, cancellationToken).ConfigureAwait(false)
            : null;
    }

    /// <summary>Reads what else decides on a key.</summary>
    public async ValueTask<RememberedKey> CompleteAsync(StoredApiKey stored, CancellationToken cancellationToken)
    {
        var key = stored.Key;
        if (rules is not null && key.RotatedFrom is not null)
        {
            await rules.TakeOverAsync(key, cancellationToken).ConfigureAwait(false);
        }

        var owner = key.Owner is { } id ? await users.FindAsync(key.Tenant, id, cancellationToken).ConfigureAwait(false) : null;
        var standing = await JudgeAsync(key.Tenant, cancellationToken).ConfigureAwait(false);
        if (standing == ApiKeyFailure.None && key.Owner is not null)
        {
            standing = owner is null ? ApiKeyFailure.OwnerUnknown : owner.IsActive ? ApiKeyFailure.None : ApiKeyFailure.OwnerInactive;
        }

        return new RememberedKey(stored, owner?.Role, standing, time.GetUtcNow() + options.Value.CacheLifetime);
    }

    /// <summary>The global tenant has no row and no status.</summary>
    private async ValueTask<ApiKeyFailure> JudgeAsync(TenantId id, CancellationToken cancellationToken)
    {
        if (id.IsGlobal)
        {
            return ApiKeyFailure.None;
        }

        var tenant = await tenants.FindAsync(id, cancellationToken).ConfigureAwait(false);
        if (tenant is not null)
        {
            limits?.Learn(tenant);
        }

        return tenant?.Status switch
        {
            TenantStatus.Active => ApiKeyFailure.None,
            TenantStatus.Suspended => ApiKeyFailure.TenantSuspended,
            null => ApiKeyFailure.TenantUnknown,
            _ => ApiKeyFailure.TenantDisabled,
        };
    }
}
