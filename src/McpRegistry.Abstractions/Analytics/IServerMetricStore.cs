using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Analytics;

/// <summary>Keeps the metrics of servers. Implementations are thread-safe singletons; infrastructure failures are thrown.</summary>
public interface IServerMetricStore
{
    /// <summary>
    /// Adds rows of any tenants, all of them or none; rows of servers that the named tenant does not have are skipped. So is a
    /// row whose id is stored already, so that a batch may be given again when its outcome is unknown.
    /// </summary>
    /// <param name="metrics">The rows.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The end of the write.</returns>
    /// <exception cref="ArgumentException">The store can never keep one of the rows; all else that is thrown may pass.</exception>
    ValueTask AppendAsync(IReadOnlyList<ServerMetric> metrics, CancellationToken cancellationToken);

    /// <summary>Lists the rows of a server since a time, newest first; among those of one time the greatest id first.</summary>
    /// <param name="tenant">The owner of the server.</param>
    /// <param name="serverId">The server.</param>
    /// <param name="from">The first time that is wanted, inclusive.</param>
    /// <param name="after">The last row of the page before; null starts at the newest.</param>
    /// <param name="limit">The most rows to return, 1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>At most <paramref name="limit"/> rows; none for a server that the tenant does not have.</returns>
    ValueTask<IReadOnlyList<ServerMetric>> ListAsync(
        TenantId tenant, Guid serverId, DateTimeOffset from, RowPosition? after, int limit, CancellationToken cancellationToken);
}
