using McpRegistry.Auditing;
using McpRegistry.Tenancy;

namespace McpRegistry.Routing;

/// <summary>
/// Adds, changes and removes routing rules while the host runs. A change is in force on this host as soon as the method returns,
/// on other replicas as soon as their feed tells it. Faults of a caller come back as values, failures of the store are thrown.
/// Each change commits together with its audit event, and a refused one leaves an event, too.
/// </summary>
public interface IRoutingRuleRegistrar
{
    /// <summary>Adds a rule.</summary>
    /// <param name="tenant">The owner; <see cref="TenantId.Global"/> for a rule that holds for every tenant.</param>
    /// <param name="definition">The rule.</param>
    /// <param name="actor">Who does it, for the audit trail; <see cref="AuditActor.System"/> for code of the host.</param>
    /// <param name="cancellationToken">Cancels the work before the write.</param>
    /// <returns>The rule, or: all faults, a conflict on the name.</returns>
    ValueTask<RoutingRuleWriteResult> AddAsync(TenantId tenant, RoutingRuleDefinition definition, AuditActor actor, CancellationToken cancellationToken);

    /// <summary>Replaces a rule. A definition that says what is stored already writes nothing.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="id">The rule.</param>
    /// <param name="definition">The whole new rule.</param>
    /// <param name="expectedVersion">The version that the caller read, or null to replace whatever is there.</param>
    /// <param name="actor">Who does it, for the audit trail; <see cref="AuditActor.System"/> for code of the host.</param>
    /// <param name="cancellationToken">Cancels the work before the write.</param>
    /// <returns>The rule, or: all faults, not found, a conflict on the name, a stale version.</returns>
    ValueTask<RoutingRuleWriteResult> UpdateAsync(
        TenantId tenant, Guid id, RoutingRuleDefinition definition, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken);

    /// <summary>Removes a rule.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="id">The rule.</param>
    /// <param name="expectedVersion">The version that the caller read, or null for whatever is there.</param>
    /// <param name="actor">Who does it, for the audit trail; <see cref="AuditActor.System"/> for code of the host.</param>
    /// <param name="cancellationToken">Cancels the work before the write.</param>
    /// <returns>The rule as it was, or: not found, a stale version.</returns>
    ValueTask<RoutingRuleWriteResult> DeleteAsync(TenantId tenant, Guid id, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken);
}
