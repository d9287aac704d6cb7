using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Resilience;

internal sealed class InMemoryRequestQueueStore(InMemoryDatabase database) : IRequestQueueStore
{
    private readonly InMemorySnapshots<string, RequestQueueSnapshot> _snapshots = new(
        database, snapshot => (snapshot.ServerId, snapshot.Instance, snapshot.SeenAt), StringComparer.Ordinal);

    public ValueTask<int> SaveAsync(
        TenantId tenant, IReadOnlyCollection<RequestQueueSnapshot> snapshots, CancellationToken cancellationToken) =>
        _snapshots.SaveAsync(tenant, [.. snapshots.Select(Normalize)], cancellationToken);

    public ValueTask<IReadOnlyList<RequestQueueSnapshot>> ListAsync(TenantId tenant, Guid serverId, CancellationToken cancellationToken) =>
        _snapshots.ListAsync(tenant, serverId, cancellationToken);

    public ValueTask<int> DeleteUnseenAsync(DateTimeOffset notSeenSince, CancellationToken cancellationToken) =>
        _snapshots.DeleteUnseenAsync(notSeenSince, cancellationToken);

    private static RequestQueueSnapshot Normalize(RequestQueueSnapshot snapshot) => snapshot with
    {
        SeenAt = StoredTime.Normalize(snapshot.SeenAt),
        LastProcessed = StoredTime.Normalize(snapshot.LastProcessed),
        ProcessingTimeout = StoredTime.NormalizeToMilliseconds(snapshot.ProcessingTimeout),
        AverageProcessingMilliseconds = FiniteMean.Check(snapshot.AverageProcessingMilliseconds),
        AverageWaitMilliseconds = FiniteMean.Check(snapshot.AverageWaitMilliseconds),
    };
}
