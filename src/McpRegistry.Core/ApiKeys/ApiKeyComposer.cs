using McpRegistry.Tenancy;

namespace McpRegistry.ApiKeys;

/// <summary>Makes the stored form of a key: everything but the key.</summary>
internal sealed class ApiKeyComposer(ApiKeyHasher hasher, TimeProvider time)
{
    private const int ShownLength = 4;

    /// <summary>Composes a new row, or the next state of an existing one, which keeps its id, owner, creation time and version.</summary>
    public ApiKey Compose(string secret, string name, ApiKeyScope scopes, ApiKey? existing)
    {
        var now = time.GetUtcNow();
        var (salt, hash) = hasher.Hash(secret);
        return new ApiKey
        {
            Id = existing?.Id ?? Guid.CreateVersion7(now),
            Tenant = existing?.Tenant ?? TenantId.Global,
            Name = name,
            LookupId = hasher.GetLookupId(secret, ApiKeyFormat.Read(secret)),
            Salt = salt,
            Hash = hash,
            LastFour = secret[^ShownLength..],
            Scopes = scopes,
            CreatedAt = existing?.CreatedAt ?? now,
            Version = existing?.Version ?? 0,
        };
    }
}
