using McpRegistry.Tenancy;

namespace McpRegistry.Auditing;

/// <summary>
/// Keeps how far each sink has come in the trail of each tenant, and who is at it, so that replicas share the work and a restart goes
/// on where it stopped. A position belongs to one sink and one tenant. Implementations are thread-safe singletons; infrastructure
/// failures are thrown. No write raises a revision.
/// </summary>
public interface IAuditSinkStore
{
    /// <summary>Finds the tenants whose trail has rows that a sink has not got, and which nobody holds.</summary>
    /// <param name="sink">The sink.</param>
    /// <param name="now">The time, UTC: what is held until then, or for less, is free.</param>
    /// <param name="limit">The most tenants, 1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>At most so many tenants, in no order.</returns>
    ValueTask<IReadOnlyList<TenantId>> FindBehindAsync(string sink, DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>Takes a position, or keeps it for longer. Of several that try at once one gets it.</summary>
    /// <param name="tenant">Whose trail.</param>
    /// <param name="sink">The sink.</param>
    /// <param name="holder">Who takes it; nobody else advances it meanwhile.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="until">When it is free again, UTC, unless it is kept for longer.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The number of the last row that is delivered, 0 for none; null when another holds the position.</returns>
    ValueTask<long?> TryHoldAsync(
        TenantId tenant, string sink, Guid holder, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Notes what was delivered, and how long the position is held from here. A position never goes back.</summary>
    /// <param name="tenant">Whose trail.</param>
    /// <param name="sink">The sink.</param>
    /// <param name="holder">Who holds it.</param>
    /// <param name="sequence">The number of the last row that is delivered.</param>
    /// <param name="until">When it is free, UTC; a time that is over gives it back.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>False when the holder lost the position to another; nothing is noted then.</returns>
    ValueTask<bool> AdvanceAsync(
        TenantId tenant, string sink, Guid holder, long sequence, DateTimeOffset until, CancellationToken cancellationToken);
}
