using McpRegistry.Auditing;

namespace McpRegistry.Tenancy;

/// <summary>
/// Adds, changes and removes tenants while the host runs. A change of the status holds on this host as soon as the method
/// returns, and on the other replicas as soon as they hear of it. Faults of a caller come back as values, failures of the
/// store are thrown. Each change commits together with its audit event in the trail of the tenant, and a refused one leaves an event, too.
/// </summary>
public interface ITenantRegistrar
{
    /// <summary>Adds a tenant.</summary>
    /// <param name="definition">What to add.</param>
    /// <param name="actor">Who does it, for the audit trail; <see cref="AuditActor.System"/> for code of the host.</param>
    /// <param name="cancellationToken">Cancels the work before the write.</param>
    /// <returns>The tenant, or: all faults, a conflict on the slug.</returns>
    ValueTask<TenantWriteResult> CreateAsync(TenantDefinition definition, AuditActor actor, CancellationToken cancellationToken);

    /// <summary>Replaces the definition of a tenant. One that says what is stored already writes nothing.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="definition">The whole new definition; a missing slug or status keeps the present one.</param>
    /// <param name="expectedVersion">The version that the caller read, or null to replace whatever is there.</param>
    /// <param name="actor">Who does it, for the audit trail; <see cref="AuditActor.System"/> for code of the host.</param>
    /// <param name="cancellationToken">Cancels the work before the write.</param>
    /// <returns>The tenant, or: all faults, not found, a conflict on the slug, a stale version.</returns>
    ValueTask<TenantWriteResult> UpdateAsync(
        TenantId tenant, TenantDefinition definition, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken);

    /// <summary>Changes nothing but the status. A tenant that is not active is refused from now on, and what it has open ends.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="status">The new status.</param>
    /// <param name="reason">Why, for the audit event, up to 500 characters; null when nobody said.</param>
    /// <param name="expectedVersion">The version that the caller read, or null to change whatever is there.</param>
    /// <param name="actor">Who does it, for the audit trail; <see cref="AuditActor.System"/> for code of the host.</param>
    /// <param name="cancellationToken">Cancels the work before the write.</param>
    /// <returns>The tenant, or: all faults, not found, a stale version.</returns>
    ValueTask<TenantWriteResult> SetStatusAsync(
        TenantId tenant, TenantStatus status, string? reason, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes a tenant that has no servers and no API keys. Its users, logs and audit trail stay under its id, and nobody
    /// reaches them in its name any more.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="expectedVersion">The version that the caller read, or null to delete whatever is there.</param>
    /// <param name="actor">Who does it, for the audit trail; <see cref="AuditActor.System"/> for code of the host.</param>
    /// <param name="cancellationToken">Cancels the work before the write.</param>
    /// <returns>The tenant as it was, or: not found, a stale version, in use.</returns>
    ValueTask<TenantWriteResult> DeleteAsync(TenantId tenant, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken);

    /// <summary>Finds a tenant by id.</summary>
    /// <param name="tenant">The id.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The tenant, or null; the global tenant has no row.</returns>
    ValueTask<Tenant?> FindAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>Finds a tenant by slug (exact).</summary>
    /// <param name="slug">The slug.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The tenant, or null.</returns>
    ValueTask<Tenant?> FindBySlugAsync(string slug, CancellationToken cancellationToken);

    /// <summary>Lists the tenants by slug, in the order of code points.</summary>
    /// <param name="afterSlug">Return only slugs that sort after this one; null starts at the beginning.</param>
    /// <param name="limit">The most rows to return, 1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>At most <paramref name="limit"/> tenants.</returns>
    ValueTask<IReadOnlyList<Tenant>> ListAsync(string? afterSlug, int limit, CancellationToken cancellationToken);
}
