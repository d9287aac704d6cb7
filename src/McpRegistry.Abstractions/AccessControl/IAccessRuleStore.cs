using McpRegistry.Auditing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.AccessControl;

/// <summary>
/// Keeps access rules. Every method but <see cref="ReadAllAsync"/> sees only rules of the given tenant; an id of another
/// tenant is "not found". Implementations are thread-safe singletons; infrastructure failures are thrown.
/// </summary>
/// <remarks>
/// A rule names a server of any tenant, which is how one is shared; who may do that is decided before the store is asked. The user or key that
/// it is about is one of its own tenant.
/// A rule goes with its server: then the change feed tells of that only. The user or key that a rule is about is not deleted while there is one.
/// </remarks>
public interface IAccessRuleStore
{
    /// <summary>Adds a rule; the store sets <see cref="AccessRule.Version"/> to 1 and starts the count of accesses at zero.</summary>
    /// <param name="tenant">The owner; must equal <see cref="AccessRule.Tenant"/>.</param>
    /// <param name="rule">The rule with its id and times already set.</param>
    /// <param name="audit">The audit event that commits with the change, and not without it; null for a write of the system's own that leaves none.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>
    /// The stored rule, or a conflict: on <c>id</c>, which is taken, or on <c>serverId</c>, <c>userId</c> or <c>apiKeyId</c>,
    /// which names nothing, or a user or key of another tenant.
    /// </returns>
    /// <exception cref="ArgumentException">The rule is of another tenant or about nobody.</exception>
    ValueTask<StoreResult<AccessRule>> AddAsync(TenantId tenant, AccessRule rule, AuditEvent? audit, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces a rule: all members but id, tenant, creation time and recorded accesses. The store raises
    /// <see cref="AccessRule.Version"/> by one.
    /// </summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="rule">The new state; its version must be the stored one.</param>
    /// <param name="audit">The audit event that commits with the change, and not without it; null for a write of the system's own that leaves none.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>
    /// The stored rule, or: not found, a stale version, a conflict on <c>serverId</c>, <c>userId</c> or <c>apiKeyId</c>, which
    /// names nothing, or a user or key of another tenant.
    /// </returns>
    /// <exception cref="ArgumentException">The rule is about nobody.</exception>
    ValueTask<StoreResult<AccessRule>> UpdateAsync(TenantId tenant, AccessRule rule, AuditEvent? audit, CancellationToken cancellationToken);

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
    ValueTask<AccessRule?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken);

    /// <summary>Lists the tenant's rules for one server by id, which is the order of creation.</summary>
    /// <param name="tenant">The owner of the rules.</param>
    /// <param name="serverId">The server, of any tenant.</param>
    /// <param name="afterId">Return only ids that sort after this one; null starts at the beginning.</param>
    /// <param name="limit">The most rows to return, 1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>At most <paramref name="limit"/> rules.</returns>
    ValueTask<IReadOnlyList<AccessRule>> ListByServerAsync(
        TenantId tenant, Guid serverId, Guid? afterId, int limit, CancellationToken cancellationToken);

    /// <summary>Lists the tenant's rules about one subject by id, which is the order of creation.</summary>
    /// <param name="tenant">The owner of the rules.</param>
    /// <param name="subject">The user, tenant or key.</param>
    /// <param name="afterId">Return only ids that sort after this one; null starts at the beginning.</param>
    /// <param name="limit">The most rows to return, 1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>At most <paramref name="limit"/> rules.</returns>
    /// <exception cref="ArgumentException">The subject is nobody.</exception>
    ValueTask<IReadOnlyList<AccessRule>> ListBySubjectAsync(
        TenantId tenant, AccessSubject subject, Guid? afterId, int limit, CancellationToken cancellationToken);

    /// <summary>Reads every rule of every tenant. For building snapshots only, never for answering a caller.</summary>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>All rules, inactive ones included, in no promised order.</returns>
    IAsyncEnumerable<AccessRule> ReadAllAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Adds to the counts of accesses and moves the times of the last access forward, never back. Rules that the tenant does
    /// not have are skipped. Neither the revision nor <see cref="AccessRule.Version"/> rises: nobody has to notice.
    /// </summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="uses">What happened since the last recording; all of it is written or nothing.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>A task that ends when it is written.</returns>
    ValueTask RecordAccessAsync(TenantId tenant, IReadOnlyCollection<AccessRuleUse> uses, CancellationToken cancellationToken);
}
