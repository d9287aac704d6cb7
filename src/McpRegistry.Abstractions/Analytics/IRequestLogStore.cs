using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Analytics;

/// <summary>Keeps the request log. Implementations are thread-safe singletons; infrastructure failures are thrown.</summary>
public interface IRequestLogStore
{
    /// <summary>
    /// Adds entries of any tenants, all of them or none; a server that is not there any more becomes null. An entry whose id
    /// is stored already is skipped, so that a batch may be given again when its outcome is unknown.
    /// </summary>
    /// <param name="entries">The entries.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The end of the write.</returns>
    /// <exception cref="ArgumentException">The store can never keep one of the rows; all else that is thrown may pass.</exception>
    ValueTask AppendAsync(IReadOnlyList<RequestLogEntry> entries, CancellationToken cancellationToken);

    /// <summary>Lists the requests of a tenant, newest first; among those of one time the greatest id first.</summary>
    /// <param name="tenant">Whose requests.</param>
    /// <param name="after">The last row of the page before; null starts at the newest.</param>
    /// <param name="limit">The most rows to return, 1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>At most <paramref name="limit"/> entries.</returns>
    ValueTask<IReadOnlyList<RequestLogEntry>> ListAsync(TenantId tenant, RowPosition? after, int limit, CancellationToken cancellationToken);
}
