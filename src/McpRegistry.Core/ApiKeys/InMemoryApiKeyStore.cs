using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.ApiKeys;

internal sealed class InMemoryApiKeyStore(InMemoryDatabase database) : IApiKeyStore
{
    private readonly Dictionary<Guid, ApiKey> _keys = [];
    private readonly Dictionary<string, Guid> _lookUps = new(StringComparer.Ordinal);

    public ValueTask<StoreResult<ApiKey>> AddAsync(TenantId tenant, ApiKey key, CancellationToken cancellationToken)
    {
        if (key.Tenant != tenant)
        {
            throw new ArgumentException("The key belongs to another tenant than the one it is added for.", nameof(key));
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<StoreResult<ApiKey>>(cancellationToken);
        }

        lock (database.Gate)
        {
            var field = _keys.ContainsKey(key.Id) ? "id" : FindConflict_NeedsLock(tenant, key);
            return ValueTask.FromResult(field is null
                ? Save_NeedsLock(Copy(key))
                : StoreResult<ApiKey>.Conflict(field));
        }
    }

    public ValueTask<StoreResult<ApiKey>> UpdateAsync(TenantId tenant, ApiKey key, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<StoreResult<ApiKey>>(cancellationToken);
        }

        lock (database.Gate)
        {
            if (!_keys.TryGetValue(key.Id, out var stored) || stored.Tenant != tenant)
            {
                return ValueTask.FromResult(StoreResult<ApiKey>.NotFound());
            }

            if (FindConflict_NeedsLock(tenant, key) is { } field)
            {
                return ValueTask.FromResult(StoreResult<ApiKey>.Conflict(field));
            }

            _lookUps.Remove(stored.LookupId);
            return ValueTask.FromResult(Save_NeedsLock(Copy(key) with { Tenant = tenant, CreatedAt = stored.CreatedAt }));
        }
    }

    public ValueTask<ApiKey?> FindByLookupIdAsync(string lookupId, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<ApiKey?>(cancellationToken);
        }

        lock (database.Gate)
        {
            return ValueTask.FromResult(_lookUps.TryGetValue(lookupId, out var id) ? _keys[id] : null);
        }
    }

    public ValueTask<IReadOnlyList<ApiKey>> ListAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<IReadOnlyList<ApiKey>>(cancellationToken);
        }

        lock (database.Gate)
        {
            return ValueTask.FromResult<IReadOnlyList<ApiKey>>(
                [.. _keys.Values.Where(key => key.Tenant == tenant).OrderBy(key => key.Name, StringComparer.Ordinal)]);
        }
    }

    // Takes bytes over by value, since the caller may clear its own once the key is stored.
    private static ApiKey Copy(ApiKey key) => key with
    {
        Salt = key.Salt.ToArray(),
        Hash = key.Hash.ToArray(),
        CreatedAt = StoredTime.Normalize(key.CreatedAt),
        ExpiresAt = StoredTime.Normalize(key.ExpiresAt),
        RevokedAt = StoredTime.Normalize(key.RevokedAt),
    };

    private StoreResult<ApiKey> Save_NeedsLock(ApiKey key)
    {
        _keys[key.Id] = key;
        _lookUps[key.LookupId] = key.Id;
        database.Record_NeedsLock(key.Tenant, RegistryChangeKind.ApiKey, key.Id);
        return StoreResult<ApiKey>.Success(key);
    }

    private string? FindConflict_NeedsLock(TenantId tenant, ApiKey key)
    {
        if (_keys.Values.Any(other => other.Tenant == tenant && other.Id != key.Id
            && string.Equals(other.Name, key.Name, StringComparison.Ordinal)))
        {
            return "name";
        }

        return _lookUps.TryGetValue(key.LookupId, out var id) && id != key.Id ? "lookupId" : null;
    }
}
