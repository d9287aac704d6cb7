using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Sessions;

/// <summary>
/// Keeps sessions with the gateway. Every method but <see cref="DeleteExpiredAsync"/> sees only rows of the given tenant.
/// Sessions come and go too often for the change feed: no write raises a revision. Implementations are thread-safe
/// singletons; infrastructure failures are thrown.
/// </summary>
public interface IGatewaySessionStore
{
    /// <summary>Adds a session.</summary>
    /// <param name="tenant">The owner; must equal <see cref="GatewaySession.Tenant"/>.</param>
    /// <param name="session">The session with ids and times already set.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The stored session, or a conflict on <c>sessionHash</c> or <c>id</c>.</returns>
    /// <exception cref="ArgumentException">The session belongs to another tenant.</exception>
    ValueTask<StoreResult<GatewaySession>> AddAsync(TenantId tenant, GatewaySession session, CancellationToken cancellationToken);

    /// <summary>Finds the session that a client names.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="hash">The hash of the id that the client sent.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The session, ended and expired ones included, or null.</returns>
    ValueTask<GatewaySession?> FindByHashAsync(TenantId tenant, ReadOnlyMemory<byte> hash, CancellationToken cancellationToken);

    /// <summary>
    /// Writes signs of life, many at once. Times only move forward, so that reports of several replicas may come in any
    /// order; sessions that are gone or revoked stay as they are.
    /// </summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="activities">What was seen.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>How many sessions are still alive, of those that were named.</returns>
    ValueTask<int> TouchAsync(TenantId tenant, IReadOnlyCollection<SessionActivity> activities, CancellationToken cancellationToken);

    /// <summary>Ends a session before its time. One that is ended already keeps its first reason.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="id">The row of the session.</param>
    /// <param name="revokedAt">When, UTC.</param>
    /// <param name="reason">Why, for people; null to say nothing.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>False when the tenant has no such session that is not ended yet.</returns>
    ValueTask<bool> RevokeAsync(TenantId tenant, Guid id, DateTimeOffset revokedAt, string? reason, CancellationToken cancellationToken);

    /// <summary>Lists the sessions of a user that are neither ended nor expired, by id.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="userId">The user.</param>
    /// <param name="now">The time by which they are judged, UTC.</param>
    /// <param name="afterId">Return only ids that sort after this one; null starts at the beginning.</param>
    /// <param name="limit">The most rows to return, 1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>At most <paramref name="limit"/> sessions.</returns>
    ValueTask<IReadOnlyList<GatewaySession>> ListActiveAsync(
        TenantId tenant, Guid userId, DateTimeOffset now, Guid? afterId, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes sessions of all tenants that expired before a time, one batch of them. For housekeeping, which calls it until
    /// a batch is not full.
    /// </summary>
    /// <param name="before">The time, UTC.</param>
    /// <param name="batch">The most rows to delete, 1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>How many were deleted.</returns>
    ValueTask<int> DeleteExpiredAsync(DateTimeOffset before, int batch, CancellationToken cancellationToken);
}
