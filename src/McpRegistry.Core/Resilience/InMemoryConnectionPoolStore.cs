using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Resilience;

internal sealed class InMemoryConnectionPoolStore(InMemoryDatabase database) : IConnectionPoolStore
{
    private readonly InMemorySnapshots<(Guid Endpoint, string Instance), ConnectionPoolSnapshot> _snapshots = new(
        database,
        snapshot => (snapshot.ServerId, (snapshot.EndpointId, snapshot.Instance), snapshot.SeenAt),
        Comparer<(Guid Endpoint, string Instance)>.Create((left, right) => left.Endpoint == right.Endpoint
            ? string.CompareOrdinal(left.Instance, right.Instance)
            : left.Endpoint.CompareTo(right.Endpoint)));

    public ValueTask<int> SaveAsync(
        TenantId tenant, IReadOnlyCollection<ConnectionPoolSnapshot> snapshots, CancellationToken cancellationToken) =>
        _snapshots.SaveAsync(tenant, [.. snapshots.Select(Normalize)], cancellationToken);

    public ValueTask<IReadOnlyList<ConnectionPoolSnapshot>> ListAsync(TenantId tenant, Guid serverId, CancellationToken cancellationToken) =>
        _snapshots.ListAsync(tenant, serverId, cancellationToken);

    public ValueTask<int> DeleteUnseenAsync(DateTimeOffset notSeenSince, CancellationToken cancellationToken) =>
        _snapshots.DeleteUnseenAsync(notSeenSince, cancellationToken);

    private static ConnectionPoolSnapshot Normalize(ConnectionPoolSnapshot snapshot) => snapshot with
    {
        SeenAt = StoredTime.Normalize(snapshot.SeenAt),
        LastHealthCheck = StoredTime.Normalize(snapshot.LastHealthCheck),
        AcquireTimeout = StoredTime.NormalizeToMilliseconds(snapshot.AcquireTimeout),
        IdleTimeout = StoredTime.NormalizeToMilliseconds(snapshot.IdleTimeout),
        AverageConnectMilliseconds = FiniteMean.Check(snapshot.AverageConnectMilliseconds),
    };
}
