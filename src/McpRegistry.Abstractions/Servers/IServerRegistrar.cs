using McpRegistry.Auditing;
using McpRegistry.Discovery;
using McpRegistry.Tenancy;

namespace McpRegistry.Servers;

/// <summary>
/// Registers, changes and removes servers while the host runs. A change is served as soon as the method returns; what the
/// server offers is discovered in the background. Faults of a caller come back as values, failures of the store are thrown. Each change
/// commits together with its audit event, and a refused one leaves an event, too.
/// </summary>
public interface IServerRegistrar
{
    /// <summary>Registers a server with the origin <see cref="ServerOrigin.Api"/>.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="definition">What to register.</param>
    /// <param name="actor">Who does it, for the audit trail; <see cref="AuditActor.System"/> for code of the host.</param>
    /// <param name="cancellationToken">Cancels the work before the write.</param>
    /// <returns>The server, or: all faults, a conflict on name or alias.</returns>
    ValueTask<ServerWriteResult> RegisterAsync(TenantId tenant, ServerDefinition definition, AuditActor actor, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces the definition of a server. An environment value <c>***</c> keeps the stored value of an endpoint that has
    /// the same command and arguments, and a secret <c>***</c> of the credential the stored one while it goes to the same place. A definition that says what is stored already writes nothing.
    /// </summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="id">The server.</param>
    /// <param name="definition">The whole new definition; a missing alias keeps the present one.</param>
    /// <param name="expectedVersion">The version that the caller read, or null to replace whatever is there.</param>
    /// <param name="actor">Who does it, for the audit trail; <see cref="AuditActor.System"/> for code of the host.</param>
    /// <param name="cancellationToken">Cancels the work before the write.</param>
    /// <returns>The server, or: all faults, not found, a conflict, a stale version, not editable.</returns>
    ValueTask<ServerWriteResult> UpdateAsync(
        TenantId tenant, Guid id, ServerDefinition definition, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken);

    /// <summary>Removes a server with its catalogue.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="id">The server.</param>
    /// <param name="expectedVersion">The version that the caller read, or null for whatever is there.</param>
    /// <param name="actor">Who does it, for the audit trail; <see cref="AuditActor.System"/> for code of the host.</param>
    /// <param name="cancellationToken">Cancels the work before the write.</param>
    /// <returns>The server as it was, or: not found, a stale version, not editable.</returns>
    ValueTask<ServerWriteResult> DeleteAsync(TenantId tenant, Guid id, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken);

    /// <summary>
    /// Takes a server out for maintenance, or puts it back, whoever defined it. One in maintenance gets no new call, and what runs there ends by itself; its connections
    /// stay, and its catalogue is kept up to date.
    /// </summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="id">The server.</param>
    /// <param name="inMaintenance">Whether it is to be in maintenance; one that is already is left as it is.</param>
    /// <param name="actor">Who does it, for the audit trail; <see cref="AuditActor.System"/> for code of the host.</param>
    /// <param name="cancellationToken">Cancels the work before the write.</param>
    /// <returns>The server, or: not found, or stale when others kept changing it.</returns>
    ValueTask<ServerWriteResult> SetMaintenanceAsync(TenantId tenant, Guid id, bool inMaintenance, AuditActor actor, CancellationToken cancellationToken);

    /// <summary>Finds a server of the tenant.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="id">The server.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The server with its last discovery, or null.</returns>
    ValueTask<StoredServer?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken);

    /// <summary>Lists the servers of the tenant by alias (ordinal, ascending), without their catalogue items.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="afterAlias">Return only aliases that sort after this one; null starts at the beginning.</param>
    /// <param name="limit">The most rows to return, 1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>At most <paramref name="limit"/> servers.</returns>
    ValueTask<IReadOnlyList<StoredServer>> ListAsync(
        TenantId tenant, string? afterAlias, int limit, CancellationToken cancellationToken);

    /// <summary>Discovers a server now, or joins the discovery that is under way.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="id">The server.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>What was found, or null when the tenant has no such server.</returns>
    ValueTask<DiscoveryReport?> RefreshAsync(TenantId tenant, Guid id, CancellationToken cancellationToken);
}
