using McpRegistry.Tenancy;

namespace McpRegistry.Storage;

/// <summary>
/// Reads the revisions that every write of the same store raises in its own transaction. Snapshots, caches and replicas
/// follow them: equal revisions mean equal content.
/// </summary>
public interface IRevisionStore
{
    /// <summary>Reads the revision that every write of any tenant raises. It never goes back.</summary>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The revision; 0 in an empty store.</returns>
    ValueTask<long> GetAsync(CancellationToken cancellationToken);

    /// <summary>Reads the revision that the writes of one tenant raise. It never goes back.</summary>
    /// <param name="tenant">The tenant; <see cref="TenantId.Global"/> for rows that belong to none.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The revision; 0 for a tenant that nothing was written for.</returns>
    ValueTask<long> GetAsync(TenantId tenant, CancellationToken cancellationToken);
}
