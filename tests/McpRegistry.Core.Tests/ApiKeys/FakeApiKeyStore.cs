using McpRegistry.ApiKeys;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Core.Tests.ApiKeys;

internal sealed class FakeApiKeyStore : IApiKeyStore
{
    public List<ApiKey> Keys { get; } = [];

    public int Reads { get; private set; }

    public int Writes { get; private set; }

    /// <summary>Gets or sets what happens between a read and its answer.</summary>
    public Action? AfterRead { get; set; }

    public ValueTask<StoreResult<ApiKey>> AddAsync(TenantId tenant, ApiKey key, CancellationToken cancellationToken)
    {
        if (Keys.Exists(other => other.Name == key.Name || other.LookupId == key.LookupId))
        {
            return new(StoreResult<ApiKey>.Conflict(Keys.Exists(other => other.Name == key.Name) ? "name" : "lookupId"));
        }

        Writes++;
        Keys.Add(key);
        return new(StoreResult<ApiKey>.Success(key));
    }

    public ValueTask<StoreResult<ApiKey>> UpdateAsync(TenantId tenant, ApiKey key, CancellationToken cancellationToken)
    {
        Writes++;
        Keys[Keys.FindIndex(other => other.Id == key.Id)] = key;
        return new(StoreResult<ApiKey>.Success(key));
    }

    public ValueTask<ApiKey?> FindByLookupIdAsync(string lookupId, CancellationToken cancellationToken)
    {
        Reads++;
        var found = Keys.Find(key => key.LookupId == lookupId);
        AfterRead?.Invoke();
        return new(found);
    }

    public ValueTask<IReadOnlyList<ApiKey>> ListAsync(TenantId tenant, CancellationToken cancellationToken) =>
        new(Keys.Where(key => key.Tenant == tenant).OrderBy(static key => key.Name, StringComparer.Ordinal).ToList());
}
