using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
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

    /// <summary>Gets or sets what a read waits for; null for nothing.</summary>
    public Func<Task>? BeforeRead { get; set; }

    public ValueTask<StoreResult<ApiKey>> AddAsync(TenantId tenant, ApiKey key, AuditEvent? audit, CancellationToken cancellationToken)
    {
        if (Keys.Exists(other => other.Name == key.Name || other.LookupId == key.LookupId))
        {
            return new(StoreResult<ApiKey>.Conflict(Keys.Exists(other => other.Name == key.Name) ? "name" : "lookupId"));
        }

        Writes++;
        Keys.Add(key);
        return new(StoreResult<ApiKey>.Success(key));
    }

    public ValueTask<StoreResult<ApiKey>> UpdateAsync(TenantId tenant, ApiKey key, AuditEvent? audit, CancellationToken cancellationToken)
    {
        Writes++;
        Keys[Keys.FindIndex(other => other.Id == key.Id)] = key;
        return new(StoreResult<ApiKey>.Success(key));
    }

    public ValueTask<ApiKeyRotationResult> RotateAsync(TenantId tenant, ApiKeyRotation rotation, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, Guid id, long? expectedVersion, AuditEvent? audit, CancellationToken cancellationToken) =>
        new(Keys.RemoveAll(key => key.Tenant == tenant && key.Id == id) > 0 ? StoreDeletion.Success() : StoreDeletion.NotFound());

    public ValueTask<StoredApiKey?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) =>
        new(ToStored(Keys.Find(key => key.Tenant == tenant && key.Id == id)));

    public async ValueTask<StoredApiKey?> FindByLookupIdAsync(string lookupId, CancellationToken cancellationToken)
    {
        Reads++;
        if (BeforeRead is { } wait)
        {
            await wait();
        }

        var found = Keys.Find(key => key.LookupId == lookupId);
        AfterRead?.Invoke();
        return ToStored(found);
    }

    public ValueTask<IReadOnlyList<StoredApiKey>> ListAsync(TenantId tenant, string? afterName, int limit, CancellationToken cancellationToken) => new(Keys
        .Where(key => key.Tenant == tenant && string.CompareOrdinal(key.Name, afterName) > 0)
        .OrderBy(static key => key.Name, StringComparer.Ordinal)
        .Take(limit)
        .Select(static key => ToStored(key)!)
        .ToList());

    public ValueTask<int> CountAsync(TenantId tenant, DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<string> ReadLookupIdsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyDictionary<Guid, ApiKeyLockout>> RecordAttemptsAsync(
        TenantId tenant, IReadOnlyCollection<ApiKeyAttempts> attempts, CancellationToken cancellationToken) => new(new Dictionary<Guid, ApiKeyLockout>());

    public ValueTask<bool> LockAsync(
        TenantId tenant, Guid id, DateTimeOffset? lockedUntil, int? expectedLockouts, AuditEvent? audit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    private static StoredApiKey? ToStored(ApiKey? key) => key is null ? null : new StoredApiKey(key, ApiKeyUsage.None, ApiKeyLockout.None);
}
