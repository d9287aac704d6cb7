using McpRegistry.Auditing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.ApiKeys;

/// <summary>
/// Keeps API keys. Every method but <see cref="FindByLookupIdAsync"/> and <see cref="ReadLookupIdsAsync"/> sees only rows of
/// the given tenant; an id of another tenant is "not found". Implementations are thread-safe singletons; infrastructure failures are thrown.
/// </summary>
public interface IApiKeyStore
{
    /// <summary>Adds a key; the store sets <see cref="ApiKey.Version"/> to 1.</summary>
    /// <param name="tenant">The owner; must equal <see cref="ApiKey.Tenant"/>.</param>
    /// <param name="key">The key.</param>
    /// <param name="audit">The audit event that commits with the change, and not without it; null for a write of the system's own that leaves none.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The stored key, or a conflict on its name, look-up id or id.</returns>
    /// <exception cref="ArgumentException">The key belongs to another tenant.</exception>
    ValueTask<StoreResult<ApiKey>> AddAsync(TenantId tenant, ApiKey key, AuditEvent? audit, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces a key: all members but id, tenant and creation time. The store raises the version by one. Usage and lock-out
    /// stay.
    /// </summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="key">The new state; its version must be the stored one.</param>
    /// <param name="audit">The audit event that commits with the change, and not without it; null for a write of the system's own that leaves none.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The stored key, or: not found, a stale version, a conflict on name or look-up id.</returns>
    ValueTask<StoreResult<ApiKey>> UpdateAsync(TenantId tenant, ApiKey key, AuditEvent? audit, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces a key by another one: changes the old one, adds the successor and the copies of the access rules, all of it or nothing. The
    /// feed tells of the rules first, then of the successor and the old key.
    /// </summary>
    /// <param name="tenant">The owner of all of them.</param>
    /// <param name="rotation">What to write, as it was composed of what was read.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>
    /// The successor as stored, or, in this order: not found; a successor that lives; stale, when the old key or the rules about it are not those
    /// that were read, or a server of theirs is gone; a conflict on a name, look-up id or id; too many keys, counted exactly whatever is written at the same time.
    /// </returns>
    /// <exception cref="ArgumentException">The successor or a rule belongs to another tenant, or a rule is not about the successor.</exception>
    ValueTask<ApiKeyRotationResult> RotateAsync(TenantId tenant, ApiKeyRotation rotation, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes a key, unless access rules are about it, whether they are in force or not: a server that rules close must not open because the
    /// only one whom they let in is deleted. To refuse a key and keep its trail, revoke it instead.
    /// </summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="id">The key.</param>
    /// <param name="expectedVersion">The version that must be stored, or null for whatever is there.</param>
    /// <param name="audit">The audit event that commits with the change, and not without it; null for a write of the system's own that leaves none.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>Whether it is deleted, or: not found, a stale version, in use by rules of the tenant. Of a deletion and a new rule at once one takes place.</returns>
    ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, Guid id, long? expectedVersion, AuditEvent? audit, CancellationToken cancellationToken);

    /// <summary>Finds a key by id.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="id">The key.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The key, or null.</returns>
    ValueTask<StoredApiKey?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken);

    /// <summary>
    /// Finds the key that a caller presents. The one look-up without a tenant, since the key is what tells the tenant.
    /// </summary>
    /// <param name="lookupId">The public part of the key.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The key, whatever its state, or null.</returns>
    ValueTask<StoredApiKey?> FindByLookupIdAsync(string lookupId, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the look-up ids of all keys of all tenants, in no order, so that a validator under attack can tell the ids that
    /// nobody has.
    /// </summary>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The ids as they arrive; all are of one state.</returns>
    IAsyncEnumerable<string> ReadLookupIdsAsync(CancellationToken cancellationToken);

    /// <summary>Counts the keys of a tenant that are neither revoked nor expired.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="now">The time to judge by, UTC.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>How many there are.</returns>
    ValueTask<int> CountAsync(TenantId tenant, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Lists the keys of a tenant by name, in the order of code points.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="afterName">Return only names that sort after this one; null starts at the beginning.</param>
    /// <param name="limit">The most rows to return, 1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>At most <paramref name="limit"/> keys.</returns>
    ValueTask<IReadOnlyList<StoredApiKey>> ListAsync(TenantId tenant, string? afterName, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Adds up failed attempts, so that the replicas count together; those at a time at which the key is locked do not count. A
    /// success forgets the failures and lock-outs before it. Raises no revision: it is frequent, and only the answer matters.
    /// A key that is gone is left out.
    /// </summary>
    /// <param name="tenant">The owner of the keys.</param>
    /// <param name="attempts">What was seen, at most once a key.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>By key, what is known after it.</returns>
    ValueTask<IReadOnlyDictionary<Guid, ApiKeyLockout>> RecordAttemptsAsync(
        TenantId tenant, IReadOnlyCollection<ApiKeyAttempts> attempts, CancellationToken cancellationToken);

    /// <summary>
    /// Locks a key, which begins the count of failures anew and adds to that of <see cref="ApiKeyLockout.Lockouts"/>, or lifts
    /// its lock, which sets both to zero. Raises the revision, since every replica has to keep to it.
    /// </summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="id">The key.</param>
    /// <param name="lockedUntil">When the lock ends, UTC; null lifts it.</param>
    /// <param name="expectedLockouts">
    /// How many lock-outs the caller has seen, so that of two replicas that lock for the same failures one does; null for
    /// whatever there is.
    /// </param>
    /// <param name="audit">The audit event that commits with the change, and not without it; null for a write of the system's own that leaves none.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>False when the tenant has no such key, or it was locked in between.</returns>
    ValueTask<bool> LockAsync(
        TenantId tenant, Guid id, DateTimeOffset? lockedUntil, int? expectedLockouts, AuditEvent? audit, CancellationToken cancellationToken);
}
