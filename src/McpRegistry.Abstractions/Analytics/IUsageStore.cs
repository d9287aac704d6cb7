using McpRegistry.Tenancy;

namespace McpRegistry.Analytics;

/// <summary>
/// Keeps the counters of servers, their items and API keys. Adding works from any number of replicas and raises no revision.
/// Implementations are thread-safe singletons; infrastructure failures are thrown.
/// </summary>
public interface IUsageStore
{
    /// <summary>
    /// Adds to the counters, all deltas or none. What is not there any more is skipped. A batch that is given again after a
    /// failure whose outcome is unknown (a connection that broke during the commit) may count twice.
    /// </summary>
    /// <param name="deltas">What to add, of any tenants.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The end of the write.</returns>
    /// <exception cref="ArgumentException">The store can never keep one of the deltas; all else that is thrown may pass.</exception>
    ValueTask AddAsync(IReadOnlyList<UsageDelta> deltas, CancellationToken cancellationToken);

    /// <summary>Reads the counters of a server and of those of its items that were used.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="serverId">The server.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>
    /// The server first, then its items by subject and key (ordinal); empty for a server that the tenant does not have.
    /// </returns>
    ValueTask<IReadOnlyList<UsageTotals>> ListServerAsync(TenantId tenant, Guid serverId, CancellationToken cancellationToken);

    /// <summary>Reads the counters of an API key.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="keyId">The key.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The counters; null for a key that the tenant does not have.</returns>
    ValueTask<UsageTotals?> FindKeyAsync(TenantId tenant, Guid keyId, CancellationToken cancellationToken);
}
