using McpRegistry.Auditing;
using McpRegistry.Tenancy;

namespace McpRegistry.AccessControl;

/// <summary>
/// Adds, changes and removes access rules while the host runs. A change is in force on this host as soon as the method returns,
/// on other replicas as soon as their feed tells it. Faults of a caller come back as values, failures of the store are thrown.
/// Whether somebody may decide about a server is for the caller of these methods to check. Each change commits together with its
/// audit event, and a refused one leaves an event, too.
/// </summary>
public interface IAccessRuleRegistrar
{
    /// <summary>Adds a rule.</summary>
    /// <param name="tenant">The owner of the rule.</param>
    /// <param name="definition">The rule.</param>
    /// <param name="actor">Who does it, for the audit trail; <see cref="AuditActor.System"/> for code of the host.</param>
    /// <param name="cancellationToken">Cancels the work before the write.</param>
    /// <returns>The rule, or all faults. A server, user or key that is not there and one of another tenant have the same fault.</returns>
    ValueTask<AccessRuleWriteResult> AddAsync(TenantId tenant, AccessRuleDefinition definition, AuditActor actor, CancellationToken cancellationToken);

    /// <summary>Replaces a rule.</summary>
    /// <param name="tenant">The owner of the rule.</param>
    /// <param name="id">The rule.</param>
    /// <param name="definition">The whole new rule.</param>
    /// <param name="expectedVersion">The version that the caller read, or null to replace whatever is there.</param>
    /// <param name="actor">Who does it, for the audit trail; <see cref="AuditActor.System"/> for code of the host.</param>
    /// <param name="cancellationToken">Cancels the work before the write.</param>
    /// <returns>The rule, or: all faults, not found, a stale version.</returns>
    ValueTask<AccessRuleWriteResult> UpdateAsync(
        TenantId tenant, Guid id, AccessRuleDefinition definition, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken);

    /// <summary>Removes a rule.</summary>
    /// <param name="tenant">The owner of the rule.</param>
    /// <param name="id">The rule.</param>
    /// <param name="expectedVersion">The version that the caller read, or null for whatever is there.</param>
    /// <param name="actor">Who does it, for the audit trail; <see cref="AuditActor.System"/> for code of the host.</param>
    /// <param name="cancellationToken">Cancels the work before the write.</param>
    /// <returns>The rule as it was, or: not found, a stale version.</returns>
    ValueTask<AccessRuleWriteResult> DeleteAsync(TenantId tenant, Guid id, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken);
}
