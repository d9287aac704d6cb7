using System.Collections.Concurrent;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.AspNetCore.Tests;

/// <summary>The stores and the supervisor of a host, in memory, no more than the tests ask for.</summary>
internal sealed class FakeRegistry : IServerStore, IApiKeyStore, IServerSupervisor
{
    public ConcurrentDictionary<Guid, StoredServer> Servers { get; } = [];

    public List<ApiKey> Keys { get; } = [];

    public Dictionary<Guid, ServerCondition> Conditions { get; } = [];

    public int KeyReads { get; private set; }

    /// <summary>Thrown by the next reads of servers, as a broken database would.</summary>
    public Exception? Failure { get; set; }

    public ValueTask<StoreResult<RegisteredServer>> AddAsync(TenantId tenant, RegisteredServer server, AuditEvent? audit, CancellationToken cancellationToken) =>
        new(Write(server, 1));

    public ValueTask<StoreResult<RegisteredServer>> UpdateAsync(TenantId tenant, RegisteredServer server, AuditEvent? audit, CancellationToken cancellationToken) =>
        new(Servers[server.Id].Server.Version == server.Version ? Write(server, server.Version + 1) : StoreResult<RegisteredServer>.Stale());

    public ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, Guid id, long? expectedVersion, AuditEvent? audit, CancellationToken cancellationToken) =>
        new(Servers.TryRemove(id, out _) ? StoreDeletion.Success() : StoreDeletion.NotFound());

    public ValueTask<StoredServer?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) =>
        Failure is not null ? throw Failure : new(Servers.GetValueOrDefault(id) is { } row && row.Server.Tenant == tenant ? row : null);

    public ValueTask<StoredServer?> FindByAliasAsync(TenantId tenant, string serverAlias, CancellationToken cancellationToken) =>
        new(Servers.Values.FirstOrDefault(row => row.Server.Tenant == tenant && row.Server.Alias == serverAlias));

    public ValueTask<IReadOnlyList<StoredServer>> ListAsync(TenantId tenant, string? afterAlias, int limit, CancellationToken cancellationToken) => new(
        Servers.Values.Where(row => row.Server.Tenant == tenant && string.CompareOrdinal(row.Server.Alias, afterAlias) > 0)
            .OrderBy(static row => row.Server.Alias, StringComparer.Ordinal).Take(limit).ToList());

    public ValueTask<StoreResult<CatalogueChange>> SaveDiscoveryAsync(
        TenantId tenant, Guid serverId, DiscoveryReport report, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<StoredServer> ReadAllAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<StoreResult<ApiKey>> AddAsync(TenantId tenant, ApiKey key, AuditEvent? audit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<StoreResult<ApiKey>> UpdateAsync(TenantId tenant, ApiKey key, AuditEvent? audit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<StoredApiKey?> FindByLookupIdAsync(string lookupId, CancellationToken cancellationToken)
    {
        KeyReads++;
        return new(Keys.Find(key => key.LookupId == lookupId) is { } key ? new StoredApiKey(key, ApiKeyUsage.None, ApiKeyLockout.None) : null);
    }

    public ValueTask<int> CountAsync(TenantId tenant, DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<string> ReadLookupIdsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    ValueTask<ApiKeyRotationResult> IApiKeyStore.RotateAsync(TenantId tenant, ApiKeyRotation rotation, CancellationToken cancellationToken) => throw new NotSupportedException();

    ValueTask<StoreDeletion> IApiKeyStore.DeleteAsync(TenantId tenant, Guid id, long? expectedVersion, AuditEvent? audit, CancellationToken cancellationToken) => throw new NotSupportedException();

    ValueTask<StoredApiKey?> IApiKeyStore.FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) => throw new NotSupportedException();

    ValueTask<IReadOnlyList<StoredApiKey>> IApiKeyStore.ListAsync(TenantId tenant, string? afterName, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<IReadOnlyDictionary<Guid, ApiKeyLockout>> RecordAttemptsAsync(
        TenantId tenant, IReadOnlyCollection<ApiKeyAttempts> attempts, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<bool> LockAsync(TenantId tenant, Guid id, DateTimeOffset? lockedUntil, int? expectedLockouts, AuditEvent? audit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask SavedAsync(RegisteredServer server, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask DeletedAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<DiscoveryReport?> RefreshAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) =>
        new(Servers.GetValueOrDefault(id)?.Discovery);

    public ServerCondition? GetCondition(TenantId tenant, Guid id) => Conditions.GetValueOrDefault(id);

    private StoreResult<RegisteredServer> Write(RegisteredServer server, long version)
    {
        var others = Servers.Values.Select(static row => row.Server).Where(other => other.Tenant == server.Tenant && other.Id != server.Id).ToList();
        if (others.Exists(other => other.Alias == server.Alias))
        {
            return StoreResult<RegisteredServer>.Conflict("alias");
        }

        if (others.Exists(other => string.Equals(other.Name, server.Name, StringComparison.OrdinalIgnoreCase)))
        {
            return StoreResult<RegisteredServer>.Conflict("name");
        }

        var stored = server with { Version = version };
        Servers[server.Id] = new StoredServer(stored, null);
        return StoreResult<RegisteredServer>.Success(stored);
    }
}
