using McpRegistry.Auditing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Resilience;

/// <summary>
/// Keeps the last known state of circuit breakers, so that a restart or another replica starts from it. An endpoint without
/// a snapshot counts as closed. Every method but <see cref="ReadAllAsync"/> sees only breakers of the given tenant.
/// Implementations are thread-safe singletons; infrastructure failures are thrown.
/// </summary>
public interface ICircuitBreakerStore
{
    /// <summary>
    /// Saves a snapshot in the place of the endpoint's last one, unless that one is newer by
    /// <see cref="CircuitBreakerSnapshot.LastStateChange"/>: a replica that lags does not undo the trip of another. Nor does anything
    /// but <see cref="DecideAsync"/> replace <see cref="CircuitState.Isolated"/> by another state, however old it is. The
    /// revision rises and the change feed tells of the endpoint only when <see cref="CircuitBreakerSnapshot.State"/> changes.
    /// <see cref="CircuitBreakerSnapshot.History"/> is not replaced but merged with that of the last one (<see cref="CircuitHistory.Merge"/>),
    /// so that of replicas that save at once none takes away what another has added.
    /// </summary>
    /// <param name="tenant">The owner; must equal <see cref="CircuitBreakerSnapshot.Tenant"/>.</param>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>
    /// The stored snapshot, with the history of both, or: stale, when the stored one is newer or isolated; not found, when the tenant has no such server or the
    /// endpoint belongs to another.
    /// </returns>
    /// <exception cref="ArgumentException">The snapshot is of another tenant.</exception>
    ValueTask<StoreResult<CircuitBreakerSnapshot>> SaveAsync(
        TenantId tenant, CircuitBreakerSnapshot snapshot, CancellationToken cancellationToken);

    /// <summary>
    /// Saves what somebody decided about a breaker, unless the last snapshot is newer. The revision rises and the change feed tells of the endpoint
    /// whatever the state was. The history is merged as by <see cref="SaveAsync"/>, which leaves out what is older than
    /// <see cref="CircuitHistory.Since"/>.
    /// </summary>
    /// <param name="tenant">The owner; must equal <see cref="CircuitBreakerSnapshot.Tenant"/>.</param>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="audit">The audit event that commits with the write; null for none.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>As <see cref="SaveAsync"/>, but for the isolated one, which it replaces; nothing but a success leaves the event.</returns>
    /// <exception cref="ArgumentException">The snapshot is of another tenant.</exception>
    ValueTask<StoreResult<CircuitBreakerSnapshot>> DecideAsync(
        TenantId tenant, CircuitBreakerSnapshot snapshot, AuditEvent? audit, CancellationToken cancellationToken);

    /// <summary>Finds the snapshot of one endpoint.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="endpointId">The endpoint.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The snapshot, or null.</returns>
    ValueTask<CircuitBreakerSnapshot?> FindAsync(TenantId tenant, Guid endpointId, CancellationToken cancellationToken);

    /// <summary>Lists the breakers of a tenant that are not closed, by endpoint.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="afterEndpointId">Return only endpoints that sort after this one; null starts at the beginning.</param>
    /// <param name="limit">The most rows to return, 1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>At most <paramref name="limit"/> snapshots.</returns>
    ValueTask<IReadOnlyList<CircuitBreakerSnapshot>> ListOpenAsync(
        TenantId tenant, Guid? afterEndpointId, int limit, CancellationToken cancellationToken);

    /// <summary>Reads the breakers of every tenant. For starting a replica only, never for answering a caller.</summary>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>All snapshots, in no promised order.</returns>
    IAsyncEnumerable<CircuitBreakerSnapshot> ReadAllAsync(CancellationToken cancellationToken);
}
