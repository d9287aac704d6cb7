using Microsoft.Extensions.Logging;

namespace McpRegistry.ApiKeys;

/// <summary>Validates presented keys: a warm key costs one hash and one look-up in memory.</summary>
internal sealed class ApiKeyValidator(
    IApiKeyStore store, ApiKeyHasher hasher, ApiKeyCache cache, TimeProvider time, ILogger<ApiKeyValidator> logger) : IApiKeyValidator
{
    // Compared against when no key has the id, so that an unknown id takes as long as a wrong secret.
    private static readonly byte[] NoSalt = new byte[16];
    private static readonly byte[] NoHash = new byte[ApiKeyHasher.HashLength];

    public ValueTask<ApiKeyValidation> ValidateAsync(string presented, CancellationToken cancellationToken)
    {
        var form = ApiKeyFormat.Read(presented);
        if (form == ApiKeyForm.Malformed)
        {
            return new(Refuse(ApiKeyFailure.Malformed, null));
        }

        var digest = ApiKeyDigest.Of(presented);
        return cache.TryGet(digest, out var known)
            ? new(Judge(known))
            : AskStoreAsync(presented, form, digest, cancellationToken);
    }

    private async ValueTask<ApiKeyValidation> AskStoreAsync(
        string presented, ApiKeyForm form, ApiKeyDigest digest, CancellationToken cancellationToken)
    {
        var epoch = cache.Epoch;
        var stored = await store.FindByLookupIdAsync(hasher.GetLookupId(presented, form), cancellationToken).ConfigureAwait(false);
        var key = stored?.Key;
        var matches = hasher.Verify(presented, key is null ? NoSalt : key.Salt.Span, key is null ? NoHash : key.Hash.Span);
        if (key is null || !matches)
        {
            return Refuse(key is null ? ApiKeyFailure.Unknown : ApiKeyFailure.WrongSecret, key?.Id);
        }

        var judged = Judge(key);
        if (judged.IsValid)
        {
            cache.Add(digest, key, epoch);
        }

        return judged;
    }

    /// <summary>A cached key is judged again: its time can end while it is cached.</summary>
    private ApiKeyValidation Judge(ApiKey key)
    {
        if (key.RevokedAt is not null)
        {
            return Refuse(ApiKeyFailure.Revoked, key.Id);
        }

        if (!key.Enabled)
        {
            return Refuse(ApiKeyFailure.Disabled, key.Id);
        }

        return key.ExpiresAt <= time.GetUtcNow()
            ? Refuse(ApiKeyFailure.Expired, key.Id)
            : new ApiKeyValidation(ApiKeyFailure.None, key);
    }

    private ApiKeyValidation Refuse(ApiKeyFailure failure, Guid? keyId)
    {
        logger.Refused(failure, keyId);
        return new ApiKeyValidation(failure, null);
    }
}
