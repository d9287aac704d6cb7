using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Resilience;

/// <summary>The last snapshot of each key, which go with their server.</summary>
/// <typeparam name="TKey">What there is one snapshot of, in the order of lists.</typeparam>
/// <typeparam name="T">The snapshot.</typeparam>
internal sealed class InMemorySnapshots<TKey, T>
    where TKey : notnull
{
    private readonly InMemoryDatabase _database;
    private readonly Func<T, (Guid Server, TKey Key, DateTimeOffset SeenAt)> _describe;
    private readonly IComparer<TKey> _order;
    private readonly Dictionary<Guid, Dictionary<TKey, T>> _servers = [];

    public InMemorySnapshots(
        InMemoryDatabase database, Func<T, (Guid Server, TKey Key, DateTimeOffset SeenAt)> describe, IComparer<TKey> order)
    {
        _database = database;
        _describe = describe;
        _order = order;
        database.OnServerDeleted((_, server) => _servers.Remove(server));
    }

    public ValueTask<int> SaveAsync(TenantId tenant, IReadOnlyList<T> snapshots, CancellationToken cancellationToken) =>
        _database.RunAsync(() => snapshots.Count(snapshot => TrySave_NeedsLock(tenant, snapshot)), cancellationToken);

    public ValueTask<IReadOnlyList<T>> ListAsync(TenantId tenant, Guid serverId, CancellationToken cancellationToken) =>
        _database.RunAsync<IReadOnlyList<T>>(
            () => _database.HasServer_NeedsLock(tenant, serverId) && _servers.TryGetValue(serverId, out var rows)
                ? [.. rows.OrderBy(row => row.Key, _order).Select(row => row.Value)]
                : [],
            cancellationToken);

    public ValueTask<int> DeleteUnseenAsync(DateTimeOffset notSeenSince, CancellationToken cancellationToken)
    {
        var limit = StoredTime.Normalize(notSeenSince);
        return _database.RunAsync(
            () => _servers.Values.Sum(rows => rows
                .Where(row => _describe(row.Value).SeenAt < limit)
                .ToArray()
                .Count(row => rows.Remove(row.Key))),
            cancellationToken);
    }

    private bool TrySave_NeedsLock(TenantId tenant, T snapshot)
    {
        var (server, key, seenAt) = _describe(snapshot);
        if (!_database.HasServer_NeedsLock(tenant, server))
        {
            return false;
        }

        if (!_servers.TryGetValue(server, out var rows))
        {
            _servers[server] = rows = [];
        }

        if (rows.TryGetValue(key, out var stored) && _describe(stored).SeenAt > seenAt)
        {
            return false;
        }

        rows[key] = snapshot;
        return true;
    }
}
