using McpRegistry.Tenancy;

namespace McpRegistry.Auditing;

/// <summary>
/// Keeps the audit trail, the rows of each tenant as a chain: numbers without gaps, and each row with the hash of the one before
/// it (<see cref="ChainedAuditEvent.Link"/>). All replicas extend one chain. Rows are added and read, never changed.
/// Implementations are thread-safe singletons; infrastructure failures are thrown.
/// </summary>
public interface IAuditStore
{
    /// <summary>
    /// Adds events of any tenants, all of them or none, at the ends of their chains. When the task completes they are committed.
    /// An event whose id is stored already is skipped and takes no number, so that a batch may be given again when its outcome is unknown.
    /// </summary>
    /// <param name="events">The events.</param>
    /// <param name="cancellationToken">Cancels the write; after a cancellation it may or may not have happened.</param>
    /// <returns>The end of the write.</returns>
    /// <exception cref="ArgumentException">The store can never keep one of the events; all else that is thrown may pass.</exception>
    ValueTask AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken);

    /// <summary>Finds events of a tenant, newest first; among those of one time the greatest id first.</summary>
    /// <param name="tenant">Whose trail.</param>
    /// <param name="query">What to find.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>At most <see cref="AuditQuery.Limit"/> events.</returns>
    ValueTask<IReadOnlyList<AuditEvent>> SearchAsync(TenantId tenant, AuditQuery query, CancellationToken cancellationToken);

    /// <summary>Finds the MCP calls of a tenant, in the order of <see cref="SearchAsync"/>.</summary>
    /// <param name="tenant">Whose trail.</param>
    /// <param name="query">What to find; its source does not matter.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>At most <see cref="AuditQuery.Limit"/> entries.</returns>
    ValueTask<IReadOnlyList<McpAuditEntry>> SearchMcpAsync(TenantId tenant, AuditQuery query, CancellationToken cancellationToken);

    /// <summary>Finds where the chain of a tenant begins and ends.</summary>
    /// <param name="tenant">Whose trail.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The ends; null when the tenant has no chain.</returns>
    ValueTask<AuditChainHead?> FindHeadAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>Reads rows that have a number, whatever the head says, by number and then by id.</summary>
    /// <param name="tenant">Whose trail.</param>
    /// <param name="afterSequence">
    /// Return what comes after this number and <paramref name="afterId"/>; 0 starts at the beginning, <see cref="long.MinValue"/> before
    /// whatever somebody may have put in there, a row of that very number too.
    /// </param>
    /// <param name="afterId">The id of the last row of the page before; null leaves out all rows of that number.</param>
    /// <param name="limit">The most rows to return, 1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>At most <paramref name="limit"/> rows.</returns>
    ValueTask<IReadOnlyList<ChainedAuditEvent>> ReadChainAsync(
        TenantId tenant, long afterSequence, Guid? afterId, int limit, CancellationToken cancellationToken);

    /// <summary>Finds the rows of a tenant that have no number: those from before its chain, unless somebody has put in others.</summary>
    /// <param name="tenant">Whose trail.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>How many there are, and the newest of them.</returns>
    ValueTask<UnchainedAuditEvents> FindUnchainedAsync(TenantId tenant, CancellationToken cancellationToken);
}
