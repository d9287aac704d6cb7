using McpRegistry.Auditing;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Core.Tests.Servers;

/// <summary>Just enough of a store to watch what is written.</summary>
internal sealed class FakeServerStore : IServerStore
{
    public Dictionary<Guid, StoredServer> Rows { get; } = [];

    public int Writes { get; private set; }

    /// <summary>Gets the audit events of the writes that were asked for.</summary>
    public List<AuditEvent> Audit { get; } = [];

    /// <summary>Runs once before the next update, as another writer would.</summary>
    public Action? BeforeUpdate { get; set; }

    public ValueTask<StoreResult<RegisteredServer>> AddAsync(TenantId tenant, RegisteredServer server, AuditEvent? audit, CancellationToken cancellationToken)
    {
        Audit.AddRange(audit is null ? [] : [audit]);
        if (FindClash(tenant, server) is { } field)
        {
            return new(StoreResult<RegisteredServer>.Conflict(field));
        }

        return new(StoreResult<RegisteredServer>.Success(Put(server with { Version = 1 })));
    }

    public ValueTask<StoreResult<RegisteredServer>> UpdateAsync(TenantId tenant, RegisteredServer server, AuditEvent? audit, CancellationToken cancellationToken)
    {
        var before = BeforeUpdate;
        BeforeUpdate = null;
        Audit.AddRange(audit is null ? [] : [audit]);
        before?.Invoke();
        if (!Rows.TryGetValue(server.Id, out var row) || row.Server.Tenant != tenant)
        {
            return new(StoreResult<RegisteredServer>.NotFound());
        }

        if (row.Server.Version != server.Version)
        {
            return new(StoreResult<RegisteredServer>.Stale());
        }

        return FindClash(tenant, server) is { } field
            ? new(StoreResult<RegisteredServer>.Conflict(field))
            : new(StoreResult<RegisteredServer>.Success(Put(server with { Version = server.Version + 1 })));
    }

    public ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, Guid id, long? expectedVersion, AuditEvent? audit, CancellationToken cancellationToken)
    {
        Writes++;
        if (!Rows.TryGetValue(id, out var row) || row.Server.Tenant != tenant)
        {
            return new(StoreDeletion.NotFound());
        }

        if (expectedVersion is { } version && version != row.Server.Version)
        {
            return new(StoreDeletion.Stale());
        }

        Rows.Remove(id);
        return new(StoreDeletion.Success());
    }

    public ValueTask<StoredServer?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) =>
        new(Rows.TryGetValue(id, out var row) && row.Server.Tenant == tenant ? row : null);

    public ValueTask<StoredServer?> FindByAliasAsync(TenantId tenant, string serverAlias, CancellationToken cancellationToken) =>
        new(Rows.Values.FirstOrDefault(row => row.Server.Tenant == tenant && row.Server.Alias == serverAlias));

    public ValueTask<IReadOnlyList<StoredServer>> ListAsync(TenantId tenant, string? afterAlias, int limit, CancellationToken cancellationToken) =>
        new(Rows.Values
            .Where(row => row.Server.Tenant == tenant && string.CompareOrdinal(row.Server.Alias, afterAlias) > 0)
            .OrderBy(static row => row.Server.Alias, StringComparer.Ordinal)
            .Take(limit)
            .ToList());

    public ValueTask<StoreResult<CatalogueChange>> SaveDiscoveryAsync(
        TenantId tenant, Guid serverId, DiscoveryReport report, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<StoredServer> ReadAllAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public RegisteredServer Put(RegisteredServer server)
    {
        Writes++;
        Rows[server.Id] = new StoredServer(server, null);
        return server;
    }

    private string? FindClash(TenantId tenant, RegisteredServer server)
    {
        var others = Rows.Values.Select(static row => row.Server).Where(other => other.Tenant == tenant && other.Id != server.Id).ToList();
        if (others.Any(other => other.Alias == server.Alias))
        {
            return "alias";
        }

        return others.Any(other => string.Equals(other.Name, server.Name, StringComparison.OrdinalIgnoreCase)) ? "name" : null;
    }
}
