using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Core.Tests.ApiKeys;

/// <summary>The store in memory, with a count of what validations ask it for.</summary>
internal sealed class CountingApiKeyStore(InMemoryApiKeyStore inner) : IApiKeyStore
{
    private int _lookUps;
    private int _attemptWrites;

    public int LookUps => _lookUps;

    public int AttemptWrites => _attemptWrites;

    /// <summary>Gets or sets what happens between a read and its answer.</summary>
    public Action? AfterRead { get; set; }

    /// <summary>Gets or sets what happens between the next rotation and its answer.</summary>
    public Func<ApiKey, Task>? AfterNextRotation { get; set; }

    /// <summary>Gets or sets what a reading of all ids waits for.</summary>
    public Func<CancellationToken, Task>? BeforeIdsAreRead { get; set; }

    /// <summary>Gets or sets what a write of attempts waits for.</summary>
    public Task AttemptsMayBeWritten { get; set; } = Task.CompletedTask;

    public async ValueTask<StoredApiKey?> FindByLookupIdAsync(string lookupId, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _lookUps);
        var found = await inner.FindByLookupIdAsync(lookupId, cancellationToken);
        AfterRead?.Invoke();
        return found;
    }

    public async ValueTask<IReadOnlyDictionary<Guid, ApiKeyLockout>> RecordAttemptsAsync(
        TenantId tenant, IReadOnlyCollection<ApiKeyAttempts> attempts, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _attemptWrites);
        await AttemptsMayBeWritten.WaitAsync(cancellationToken);
        return await inner.RecordAttemptsAsync(tenant, attempts, cancellationToken);
    }

    public ValueTask<StoreResult<ApiKey>> AddAsync(TenantId tenant, ApiKey key, AuditEvent? audit, CancellationToken cancellationToken) =>
        inner.AddAsync(tenant, key, audit, cancellationToken);

    public ValueTask<StoreResult<ApiKey>> UpdateAsync(TenantId tenant, ApiKey key, AuditEvent? audit, CancellationToken cancellationToken) =>
        inner.UpdateAsync(tenant, key, audit, cancellationToken);

    public async ValueTask<ApiKeyRotationResult> RotateAsync(TenantId tenant, ApiKeyRotation rotation, CancellationToken cancellationToken)
    {
        var rotated = await inner.RotateAsync(tenant, rotation, cancellationToken);
        var next = AfterNextRotation;
        AfterNextRotation = null;
        if (next is not null)
        {
            await next(rotated.Successor!);
        }

        return rotated;
    }

    public ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, Guid id, long? expectedVersion, AuditEvent? audit, CancellationToken cancellationToken) => inner.DeleteAsync(tenant, id, expectedVersion, audit, cancellationToken);

    public ValueTask<StoredApiKey?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) => inner.FindAsync(tenant, id, cancellationToken);

    public ValueTask<int> CountAsync(TenantId tenant, DateTimeOffset now, CancellationToken cancellationToken) => inner.CountAsync(tenant, now, cancellationToken);

    public async IAsyncEnumerable<string> ReadLookupIdsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await (BeforeIdsAreRead?.Invoke(cancellationToken) ?? Task.CompletedTask);
        await foreach (var id in inner.ReadLookupIdsAsync(cancellationToken))
        {
            yield return id;
        }
    }

    public ValueTask<IReadOnlyList<StoredApiKey>> ListAsync(TenantId tenant, string? afterName, int limit, CancellationToken cancellationToken) =>
        inner.ListAsync(tenant, afterName, limit, cancellationToken);

    public ValueTask<bool> LockAsync(
        TenantId tenant, Guid id, DateTimeOffset? lockedUntil, int? expectedLockouts, AuditEvent? audit, CancellationToken cancellationToken) =>
        inner.LockAsync(tenant, id, lockedUntil, expectedLockouts, audit, cancellationToken);
}
