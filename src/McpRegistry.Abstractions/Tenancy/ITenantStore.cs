using McpRegistry.Auditing;
using McpRegistry.Storage;

namespace McpRegistry.Tenancy;

/// <summary>
/// Keeps tenants. Implementations are thread-safe singletons; infrastructure failures are thrown. Every write raises the
/// revision of the tenant itself and tells the change feed.
/// </summary>
public interface ITenantStore
{
    /// <summary>Adds a tenant; the store sets <see cref="Tenant.Version"/> to 1.</summary>
    /// <param name="tenant">The tenant with id and times already set.</param>
    /// <param name="audit">The audit event that commits with the change, and not without it; null for a write of the system's own that leaves none.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The stored tenant, or a conflict on its slug or id.</returns>
    /// <exception cref="ArgumentException">The id is that of <see cref="TenantId.Global"/>, or the settings are no JSON document.</exception>
    ValueTask<StoreResult<Tenant>> AddAsync(Tenant tenant, AuditEvent? audit, CancellationToken cancellationToken);

    /// <summary>Replaces a tenant: all members but id and creation time. The store raises <see cref="Tenant.Version"/> by one.</summary>
    /// <param name="tenant">The new state; its version must be the stored one.</param>
    /// <param name="audit">The audit event that commits with the change, and not without it; null for a write of the system's own that leaves none.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The stored tenant, or: not found, a conflict on the slug, a stale version.</returns>
    /// <exception cref="ArgumentException">The settings are no JSON document.</exception>
    ValueTask<StoreResult<Tenant>> UpdateAsync(Tenant tenant, AuditEvent? audit, CancellationToken cancellationToken);

    /// <summary>Finds a tenant by id.</summary>
    /// <param name="tenant">The id.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The tenant, or null.</returns>
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

    /// <summary>
    /// Deletes the row of a tenant and nothing else: what belongs to the tenant stays under its id until it is deleted or
    /// its retention is over. To shut a tenant out, change its <see cref="Tenant.Status"/>.
    /// </summary>
    /// <param name="tenant">The id.</param>
    /// <param name="expectedVersion">The version that must be stored, or null for whatever is there.</param>
    /// <param name="audit">The audit event that commits with the change, and not without it; null for a write of the system's own that leaves none.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>Whether it is deleted, or: not found, a stale version.</returns>
    ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, long? expectedVersion, AuditEvent? audit, CancellationToken cancellationToken);
}
