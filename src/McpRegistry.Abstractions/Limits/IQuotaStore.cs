using McpRegistry.Auditing;
using McpRegistry.Tenancy;

namespace McpRegistry.Limits;

/// <summary>
/// Shares the calls of a quota out to replicas in slices. Implementations are thread-safe singletons; infrastructure
/// failures are thrown. What was given out and is never returned, because its replica was killed or an answer got lost, stays
/// taken: that costs calls and never gives more.
/// </summary>
public interface IQuotaStore
{
    /// <summary>
    /// Leases calls of a window by <see cref="QuotaDemand.TakeFrom"/>, after it has taken the debt off and noted what was
    /// spent. Concurrent leases never add up to more than the limit.
    /// </summary>
    /// <param name="tenant">The owner of the key, or the tenant itself.</param>
    /// <param name="window">The window; it need not be there yet.</param>
    /// <param name="demand">What is asked for.</param>
    /// <param name="cancellationToken">Cancels the lease. Whoever cancels it counts it as lost.</param>
    /// <returns>What was given.</returns>
    ValueTask<QuotaGrant> LeaseAsync(TenantId tenant, QuotaWindow window, QuotaDemand demand, CancellationToken cancellationToken);

    /// <summary>
    /// Notes what was spent and takes back what was not. Entries about windows that are gone, of another tenant or of another
    /// epoch do nothing. Whoever does not know how it ended must not repeat it: returned calls would count twice.
    /// </summary>
    /// <param name="settlements">The reports; several of one window are allowed.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>A task.</returns>
    ValueTask SettleAsync(IReadOnlyCollection<QuotaSettlement> settlements, CancellationToken cancellationToken);

    /// <summary>Reads how a window stands.</summary>
    /// <param name="tenant">The owner of the key, or the tenant itself.</param>
    /// <param name="window">The window.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The state; null when nothing of it was leased.</returns>
    ValueTask<QuotaUse?> FindAsync(TenantId tenant, QuotaWindow window, CancellationToken cancellationToken);

    /// <summary>
    /// Tells the change feed (<see cref="Storage.RegistryChangeKind.QuotaRecall"/>, with the subject as the id) that a replica
    /// needs calls which others may hold unspent: they report and return at once.
    /// </summary>
    /// <param name="tenant">The owner of the key, or the tenant itself.</param>
    /// <param name="subject">The key or tenant.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>A task.</returns>
    ValueTask RecallAsync(TenantId tenant, Guid subject, CancellationToken cancellationToken);

    /// <summary>
    /// Begins all windows of a subject anew, in a new epoch, and tells the change feed
    /// (<see cref="Storage.RegistryChangeKind.LimitReset"/>, with the subject as the id), whether there are windows or not: by
    /// it replicas also reset what they keep in memory.
    /// </summary>
    /// <param name="tenant">The owner of the key, or the tenant itself; windows of others stay as they are.</param>
    /// <param name="subject">The key or tenant, or another id whose limits are kept in memory only.</param>
    /// <param name="audit">The audit event that commits with the change, and not without it; null for a write of the system's own that leaves none.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>How many windows began anew.</returns>
    ValueTask<int> ResetAsync(TenantId tenant, Guid subject, AuditEvent? audit, CancellationToken cancellationToken);

    /// <summary>Deletes windows that nobody asks for any more, of all tenants.</summary>
    /// <param name="startedBefore">Delete windows that began before this time.</param>
    /// <param name="batch">The most rows to delete at once, 1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>How many rows were deleted.</returns>
    ValueTask<int> DeleteEndedAsync(DateTimeOffset startedBefore, int batch, CancellationToken cancellationToken);
}
