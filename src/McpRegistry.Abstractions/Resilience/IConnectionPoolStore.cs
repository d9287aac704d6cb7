using McpRegistry.Tenancy;

namespace McpRegistry.Resilience;

/// <summary>
/// Keeps what the replicas last saw of their connection pool. Nobody has to notice a write: no revision rises. Implementations are
/// thread-safe singletons; infrastructure failures are thrown.
/// </summary>
public interface IConnectionPoolStore
{
    /// <summary>
    /// Saves a batch, each snapshot in the place of the last one of its server, endpoint and replica. Snapshots of servers that the
    /// tenant does not have (they were deleted meanwhile) are skipped, and so are those older than the stored ones.
    /// </summary>
    /// <param name="tenant">The owner of the servers.</param>
    /// <param name="snapshots">The batch; all of it is written or nothing.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>How many were not skipped.</returns>
    /// <exception cref="ArgumentException">A mean is no finite number.</exception>
    ValueTask<int> SaveAsync(TenantId tenant, IReadOnlyCollection<ConnectionPoolSnapshot> snapshots, CancellationToken cancellationToken);

    /// <summary>Lists the snapshots of one server by endpoint, then replica (ordinal).</summary>
    /// <param name="tenant">The owner of the server.</param>
    /// <param name="serverId">The server.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>One snapshot for each endpoint and replica; none when the tenant has no such server.</returns>
    ValueTask<IReadOnlyList<ConnectionPoolSnapshot>> ListAsync(TenantId tenant, Guid serverId, CancellationToken cancellationToken);

    /// <summary>Deletes the snapshots of every tenant whose replica has not renewed them: it is gone. For housekeeping only.</summary>
    /// <param name="notSeenSince">Snapshots that were seen before this time are deleted, UTC.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>How many were deleted.</returns>
    ValueTask<int> DeleteUnseenAsync(DateTimeOffset notSeenSince, CancellationToken cancellationToken);
}
