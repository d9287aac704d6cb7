using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Alerts;

/// <summary>
/// Keeps performance alerts. Every method but <see cref="ReadActiveAsync"/> sees only alerts of the given tenant; an id of
/// another tenant is "not found". Implementations are thread-safe singletons; infrastructure failures are thrown.
/// </summary>
public interface IPerformanceAlertStore
{
    /// <summary>
    /// Adds an alert; the store sets <see cref="PerformanceAlert.Version"/> to 1 and the state to
    /// <see cref="AlertState.Initial"/>.
    /// </summary>
    /// <param name="tenant">The owner; must equal <see cref="PerformanceAlert.Tenant"/>.</param>
    /// <param name="alert">The alert with its id and times already set.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>
    /// The stored alert, or a conflict: on <c>name</c> or <c>id</c>, which is taken, or on <c>serverId</c>, which names no
    /// server of the tenant and no global one.
    /// </returns>
    /// <exception cref="ArgumentException">The alert is of another tenant, or its threshold is not finite.</exception>
    ValueTask<StoreResult<PerformanceAlert>> AddAsync(TenantId tenant, PerformanceAlert alert, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces the definition: all members but id, tenant, creation time and state. The store raises
    /// <see cref="PerformanceAlert.Version"/> by one.
    /// </summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="alert">The new definition; its version must be the stored one.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The stored alert, or: not found, a stale version, a conflict on <c>name</c> or <c>serverId</c>.</returns>
    /// <exception cref="ArgumentException">The threshold is not finite.</exception>
    ValueTask<StoreResult<PerformanceAlert>> UpdateAsync(TenantId tenant, PerformanceAlert alert, CancellationToken cancellationToken);

    /// <summary>Deletes an alert.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="id">The alert.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>False when the tenant has no such alert.</returns>
    ValueTask<bool> DeleteAsync(TenantId tenant, Guid id, CancellationToken cancellationToken);

    /// <summary>Finds one alert.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="id">The alert.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The alert, or null.</returns>
    ValueTask<PerformanceAlert?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken);

    /// <summary>Lists the alerts of a tenant by id, which is the order of creation.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="afterId">Return only ids that sort after this one; null starts at the beginning.</param>
    /// <param name="limit">The most rows to return, 1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>At most <paramref name="limit"/> alerts.</returns>
    ValueTask<IReadOnlyList<PerformanceAlert>> ListAsync(TenantId tenant, Guid? afterId, int limit, CancellationToken cancellationToken);

    /// <summary>Reads the active alerts of every tenant. For evaluating them only, never for answering a caller.</summary>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The alerts, in no promised order.</returns>
    IAsyncEnumerable<PerformanceAlert> ReadActiveAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Moves the state of an alert on, if nobody else did so since it was read: of two replicas that evaluate at once only
    /// one counts, and the other is told that its state is stale. The version of the definition stays. The revision rises
    /// and the change feed tells of it only when <see cref="AlertState.IsTriggered"/> or
    /// <see cref="AlertState.TriggerCount"/> changes.
    /// </summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="id">The alert.</param>
    /// <param name="seen">The state that the evaluation began with, as the store gave it out.</param>
    /// <param name="now">The state that it came to.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The stored state, or: not found, stale.</returns>
    ValueTask<StoreResult<AlertState>> RecordEvaluationAsync(
        TenantId tenant, Guid id, AlertState seen, AlertState now, CancellationToken cancellationToken);
}
