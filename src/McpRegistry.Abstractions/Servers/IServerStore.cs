using McpRegistry.Auditing;
using McpRegistry.Discovery;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Servers;

/// <summary>
/// Keeps servers and their catalogues. Every method but <see cref="ReadAllAsync"/> sees only rows of the given tenant;
/// an id of another tenant is "not found". Implementations are thread-safe singletons; infrastructure failures are thrown.
/// </summary>
public interface IServerStore
{
    /// <summary>The field of the conflict that says that a tenant has as many servers as it may have.</summary>
    const string LimitField = "maxServers";

    /// <summary>Adds a server; the store sets <see cref="RegisteredServer.Version"/> to 1.</summary>
    /// <param name="tenant">The owner; must equal <see cref="RegisteredServer.Tenant"/>.</param>
    /// <param name="server">The server with ids and times already set.</param>
    /// <param name="audit">The audit event that commits with the change, and not without it; null for a write of the system's own that leaves none.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>
    /// The stored server, or a conflict on its name, alias or id; or one on <see cref="LimitField"/> when the tenant has as many
    /// servers as its <see cref="Tenant.MaxServers"/>, also when several are added at once.
    /// </returns>
    ValueTask<StoreResult<RegisteredServer>> AddAsync(TenantId tenant, RegisteredServer server, AuditEvent? audit, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces the definition, with its endpoints. <see cref="RegisteredServer.CreatedAt"/> and the catalogue stay; the
    /// store raises <see cref="RegisteredServer.Version"/> by one.
    /// </summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="server">The new definition; its version must be the stored one.</param>
    /// <param name="audit">The audit event that commits with the change, and not without it; null for a write of the system's own that leaves none.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The stored server, or: not found, a conflict on name or alias, a stale version.</returns>
    ValueTask<StoreResult<RegisteredServer>> UpdateAsync(TenantId tenant, RegisteredServer server, AuditEvent? audit, CancellationToken cancellationToken);

    /// <summary>Deletes a server with its endpoints and catalogue.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="id">The server.</param>
    /// <param name="expectedVersion">The version that must be stored, or null for whatever is there.</param>
    /// <param name="audit">The audit event that commits with the change, and not without it; null for a write of the system's own that leaves none.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>Whether it is deleted, or: not found, a stale version.</returns>
    ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, Guid id, long? expectedVersion, AuditEvent? audit, CancellationToken cancellationToken);

    /// <summary>Finds one server by id.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="id">The server.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The server, or null.</returns>
    ValueTask<StoredServer?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken);

    /// <summary>Finds one server by alias (exact).</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="serverAlias">The alias.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The server, or null.</returns>
    ValueTask<StoredServer?> FindByAliasAsync(TenantId tenant, string serverAlias, CancellationToken cancellationToken);

    /// <summary>Lists the servers of a tenant by alias (ordinal, ascending), without their catalogue items.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="afterAlias">Return only aliases that sort after this one; null starts at the beginning.</param>
    /// <param name="limit">The most rows to return, 1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>At most <paramref name="limit"/> servers; <see cref="DiscoveryReport.Items"/> is empty in each.</returns>
    ValueTask<IReadOnlyList<StoredServer>> ListAsync(TenantId tenant, string? afterAlias, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Saves what a discovery found, also of a server in maintenance, whose health in searches and analyses stays
    /// <see cref="ServerHealth.Maintenance"/>: the report replaces the last one, and items are added, changed in place and removed
    /// so that the catalogue equals <see cref="DiscoveryReport.Items"/>. A report without a complete list
    /// (<see cref="DiscoveryReport.HasItems"/> false) leaves the items as they were. Nothing is half written. A report that
    /// ended (<see cref="DiscoveryReport.CompletedAt"/>) before the stored one changes nothing.
    /// </summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="serverId">The server.</param>
    /// <param name="report">The outcome.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>How the catalogue changed, or: not found, stale because a newer report is stored.</returns>
    ValueTask<StoreResult<CatalogueChange>> SaveDiscoveryAsync(TenantId tenant, Guid serverId, DiscoveryReport report, CancellationToken cancellationToken);

    /// <summary>Reads every server of every tenant with its catalogue. For building snapshots only, never for answering a caller.</summary>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>All servers, in no promised order.</returns>
    IAsyncEnumerable<StoredServer> ReadAllAsync(CancellationToken cancellationToken);
}
