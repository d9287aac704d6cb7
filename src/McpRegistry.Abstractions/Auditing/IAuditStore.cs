using McpRegistry.Tenancy;

namespace McpRegistry.Auditing;

/// <summary>
/// Keeps the audit trail. Rows are added and read, never changed. Implementations are thread-safe singletons; infrastructure
/// failures are thrown.
/// </summary>
public interface IAuditStore
{
    /// <summary>
    /// Adds events of any tenants, all of them or none. When the task completes they are committed. An event whose id is
    /// stored already is skipped, so that a batch may be given again when its outcome is unknown.
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
}
