using McpRegistry.Auditing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Routing;

/// <summary>
/// Keeps routing rules. Every method but <see cref="ReadActiveAsync"/> sees only rules of the given tenant; an id of another
/// tenant is "not found". Implementations are thread-safe singletons; infrastructure failures are thrown.
/// </summary>
/// <remarks>
/// The documents of a rule may be any JSON of at most 64 levels that every database can keep: no object repeats a member,
/// text holds whole characters, and numbers are within the range of a double and written in at most 500 characters.
/// </remarks>
public interface IRoutingRuleStore
{
    /// <summary>Adds a rule; the store sets <see cref="RoutingRule.Version"/> to 1.</summary>
    /// <param name="tenant">The owner; must equal <see cref="RoutingRule.Tenant"/>.</param>
    /// <param name="rule">The rule with its id and times already set.</param>
    /// <param name="audit">The audit event that commits with the change, and not without it; null for a write of the system's own that leaves none.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The stored rule, or a conflict on its <c>name</c> or <c>id</c>.</returns>
    /// <exception cref="ArgumentException">The rule is of another tenant, or a document is no JSON that can be kept.</exception>
    ValueTask<StoreResult<RoutingRule>> AddAsync(TenantId tenant, RoutingRule rule, AuditEvent? audit, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces a rule: all members but id, tenant and creation time. The store raises <see cref="RoutingRule.Version"/> by
    /// one.
    /// </summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="rule">The new state; its version must be the stored one.</param>
    /// <param name="audit">The audit event that commits with the change, and not without it; null for a write of the system's own that leaves none.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The stored rule, or: not found, a stale version, a conflict on its <c>name</c>.</returns>
    /// <exception cref="ArgumentException">A document is no JSON that can be kept.</exception>
    ValueTask<StoreResult<RoutingRule>> UpdateAsync(TenantId tenant, RoutingRule rule, AuditEvent? audit, CancellationToken cancellationToken);

    /// <summary>Deletes a rule.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="id">The rule.</param>
    /// <param name="expectedVersion">The version that must be stored, or null for whatever is there.</param>
    /// <param name="audit">The audit event that commits with the change, and not without it; null for a write of the system's own that leaves none.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>Whether it is deleted, or: not found, a stale version.</returns>
    ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, Guid id, long? expectedVersion, AuditEvent? audit, CancellationToken cancellationToken);

    /// <summary>Finds one rule.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="id">The rule.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The rule, or null.</returns>
    ValueTask<RoutingRule?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken);

    /// <summary>Lists the rules of a tenant by id, which is the order of creation.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="afterId">Return only ids that sort after this one; null starts at the beginning.</param>
    /// <param name="limit">The most rows to return, 1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>At most <paramref name="limit"/> rules.</returns>
    ValueTask<IReadOnlyList<RoutingRule>> ListAsync(TenantId tenant, Guid? afterId, int limit, CancellationToken cancellationToken);

    /// <summary>Counts the rules of a tenant, active or not.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>How many there are.</returns>
    ValueTask<int> CountAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the active rules of every tenant in the order in which the rules of one tenant are evaluated: priority, time of
    /// creation, id, each ascending. That a tenant's own rules come before the global ones is the reader's part. For
    /// building snapshots only, never for answering a caller.
    /// </summary>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The rules.</returns>
    IAsyncEnumerable<RoutingRule> ReadActiveAsync(CancellationToken cancellationToken);
}
