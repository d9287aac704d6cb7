using McpRegistry.Tenancy;

namespace McpRegistry.ApiKeys;

/// <summary>The rows of <see cref="InMemoryApiKeyStore"/> with their unique keys. Its owner holds the lock.</summary>
internal sealed class InMemoryApiKeyTable
{
    private readonly Dictionary<Guid, StoredApiKey> _keys = [];
    private readonly Dictionary<(TenantId Tenant, string Name), Guid> _names = [];
    private readonly Dictionary<string, Guid> _lookUps = new(StringComparer.Ordinal);

    public IEnumerable<StoredApiKey> All => _keys.Values;

    public StoredApiKey? Find(TenantId tenant, Guid id) =>
        _keys.TryGetValue(id, out var stored) && stored.Key.Tenant == tenant ? stored : null;

    public StoredApiKey? FindByLookupId(string lookupId) => _lookUps.TryGetValue(lookupId, out var id) ? _keys[id] : null;

    public string? FindConflict(ApiKey key, bool isNew) =>
        isNew && _keys.ContainsKey(key.Id) ? "id"
        : _names.TryGetValue((key.Tenant, key.Name), out var named) && named != key.Id ? "name"
        : _lookUps.TryGetValue(key.LookupId, out var lookedUp) && lookedUp != key.Id ? "lookupId"
        : null;

    public void Put(StoredApiKey stored)
    {
        _keys[stored.Key.Id] = stored;
        _names[(stored.Key.Tenant, stored.Key.Name)] = stored.Key.Id;
        _lookUps[stored.Key.LookupId] = stored.Key.Id;
    }

    public void Remove(ApiKey key)
    {
        _keys.Remove(key.Id);
        _names.Remove((key.Tenant, key.Name));
        _lookUps.Remove(key.LookupId);
    }
}
