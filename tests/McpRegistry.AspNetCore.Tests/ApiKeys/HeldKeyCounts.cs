using System.Collections.Concurrent;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Tests.Principals;
using McpRegistry.Auditing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.AspNetCore.Tests.ApiKeys;

/// <summary>The store in memory, of which a count can be held back after it was made, and which can fail or not answer.</summary>
internal sealed class HeldKeyCounts(InMemoryApiKeyStore inner) : IApiKeyStore
{
    private readonly ConcurrentQueue<Hold> _holds = new();

    public const string Failure = "secret detail of a store";

    public bool Fails { get; set; }

    public Hang? Hang { get; set; }

    public static void Add(IMcpRegistryBuilder gateway) => gateway.Services
        .AddSingleton<InMemoryApiKeyStore>()
        .AddSingleton<HeldKeyCounts>()
        .AddSingleton<IApiKeyStore>(static provider => provider.GetRequiredService<HeldKeyCounts>());

    /// <summary>Holds back the next count, or the one after those that are held back already.</summary>
    public Hold HoldNext()
    {
        var hold = new Hold();
        _holds.Enqueue(hold);
        return hold;
    }

    public async ValueTask<int> CountAsync(TenantId tenant, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var count = await inner.CountAsync(tenant, now, cancellationToken);
        if (_holds.TryDequeue(out var hold))
        {
            await hold.PassAsync();
        }

        return count;
    }

    public ValueTask<StoredApiKey?> FindByLookupIdAsync(string lookupId, CancellationToken cancellationToken) =>
        Fails ? throw new InvalidOperationException(Failure)
            : Hang?.AskAsync<StoredApiKey?>(cancellationToken) ?? inner.FindByLookupIdAsync(lookupId, cancellationToken);

    public ValueTask<IReadOnlyDictionary<Guid, ApiKeyLockout>> RecordAttemptsAsync(
        TenantId tenant, IReadOnlyCollection<ApiKeyAttempts> attempts, CancellationToken cancellationToken) =>
        inner.RecordAttemptsAsync(tenant, attempts, cancellationToken);

    public ValueTask<StoreResult<ApiKey>> AddAsync(TenantId tenant, ApiKey key, AuditEvent? audit, CancellationToken cancellationToken) =>
        inner.AddAsync(tenant, key, audit, cancellationToken);

    public ValueTask<StoreResult<ApiKey>> UpdateAsync(TenantId tenant, ApiKey key, AuditEvent? audit, CancellationToken cancellationToken) =>
        inner.UpdateAsync(tenant, key, audit, cancellationToken);

    public ValueTask<ApiKeyRotationResult> RotateAsync(TenantId tenant, ApiKeyRotation rotation, CancellationToken cancellationToken) =>
        inner.RotateAsync(tenant, rotation, cancellationToken);

    public ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, Guid id, long? expectedVersion, AuditEvent? audit, CancellationToken cancellationToken) => inner.DeleteAsync(tenant, id, expectedVersion, audit, cancellationToken);

    public ValueTask<StoredApiKey?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) => inner.FindAsync(tenant, id, cancellationToken);

    public IAsyncEnumerable<string> ReadLookupIdsAsync(CancellationToken cancellationToken) => inner.ReadLookupIdsAsync(cancellationToken);

    public ValueTask<IReadOnlyList<StoredApiKey>> ListAsync(TenantId tenant, string? afterName, int limit, CancellationToken cancellationToken) =>
        inner.ListAsync(tenant, afterName, limit, cancellationToken);

    public ValueTask<bool> LockAsync(
        TenantId tenant, Guid id, DateTimeOffset? lockedUntil, int? expectedLockouts, AuditEvent? audit, CancellationToken cancellationToken) =>
        inner.LockAsync(tenant, id, lockedUntil, expectedLockouts, audit, cancellationToken);

    /// <summary>One count that is held back.</summary>
    internal sealed class Hold
    {
        private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Held => _held.Task;

        public void Release() => _release.SetResult();

        public Task PassAsync()
        {
            _held.SetResult();
            return _release.Task;
        }
    }
}
