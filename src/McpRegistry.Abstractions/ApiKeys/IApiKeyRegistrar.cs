using McpRegistry.Auditing;
using McpRegistry.Tenancy;

namespace McpRegistry.ApiKeys;

/// <summary>
/// Makes, changes and ends keys while the host runs. Faults of a caller come back as values, failures of the store are
/// thrown. A change is in force in this process when the method returns, and in the others as soon as the change feed tells.
/// Each change commits together with its audit event, and a refused one leaves an event, too.
/// </summary>
public interface IApiKeyRegistrar
{
    /// <summary>Makes a key. Its text is in <see cref="ApiKeyWriteResult.Secret"/> and nowhere else.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="granted">What the maker may do itself: no key gets more.</param>
    /// <param name="definition">What to make.</param>
    /// <param name="actor">Who does it, for the audit trail; <see cref="AuditActor.System"/> for code of the host.</param>
    /// <param name="cancellationToken">Cancels the work before the write.</param>
    /// <returns>The key, or: all faults, a conflict on the name, the tenant's limit reached.</returns>
    ValueTask<ApiKeyWriteResult> CreateAsync(
        TenantId tenant, ApiKeyAuthority granted, ApiKeyDefinition definition, AuditActor actor, CancellationToken cancellationToken);

    /// <summary>Replaces what is said about a key; its text stays.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="granted">What the caller may do itself: no key gets more.</param>
    /// <param name="id">The key.</param>
    /// <param name="definition">The whole new definition.</param>
    /// <param name="expectedVersion">The version that the caller read, or null to replace whatever is there.</param>
    /// <param name="actor">Who does it, for the audit trail; <see cref="AuditActor.System"/> for code of the host.</param>
    /// <param name="cancellationToken">Cancels the work before the write.</param>
    /// <returns>The key, or: all faults, not found, a conflict, a stale version, revoked, the tenant's limit reached.</returns>
    ValueTask<ApiKeyWriteResult> UpdateAsync(
        TenantId tenant,
        ApiKeyAuthority granted,
        Guid id,
        ApiKeyDefinition definition,
        long? expectedVersion,
        AuditActor actor,
        CancellationToken cancellationToken);

    /// <summary>
    /// Makes a key with the same rights and the same length of life, which names the old one in <see cref="ApiKey.RotatedFrom"/>;
    /// the old one works on for the overlap and then is expired. The access rules about the old key are copied, those that are switched off or
    /// over too, in the same transaction. A key whose successor is neither revoked nor expired is not rotated again: rotate the successor.
    /// </summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="granted">What the caller may do itself: no key gets more.</param>
    /// <param name="id">The old key.</param>
    /// <param name="overlap">How long the old key works on, 0 to 30 days; null for <c>ApiKeyOptions.RotationOverlap</c>.</param>
    /// <param name="expectedVersion">The version that the caller read, or null for whatever is there.</param>
    /// <param name="actor">Who does it, for the audit trail; <see cref="AuditActor.System"/> for code of the host.</param>
    /// <param name="cancellationToken">Cancels the work before the write.</param>
    /// <returns>The new key with its text, or: all faults, not found, a stale version, revoked, rotated already, the tenant's limit reached.</returns>
    ValueTask<ApiKeyWriteResult> RotateAsync(
        TenantId tenant,
        ApiKeyAuthority granted,
        Guid id,
        TimeSpan? overlap,
        long? expectedVersion,
        AuditActor actor,
        CancellationToken cancellationToken);

    /// <summary>Revokes a key for good. One that is revoked already stays as it is.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="id">The key.</param>
    /// <param name="reason">Why, for people, up to 500 characters; null when nobody said.</param>
    /// <param name="expectedVersion">The version that the caller read, or null for whatever is there.</param>
    /// <param name="actor">Who does it, for the audit trail; <see cref="AuditActor.System"/> for code of the host.</param>
    /// <param name="cancellationToken">Cancels the work before the write.</param>
    /// <returns>The key, or: all faults, not found, a stale version.</returns>
    ValueTask<ApiKeyWriteResult> RevokeAsync(
        TenantId tenant, Guid id, string? reason, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken);

    /// <summary>Lifts the lock that wrong secrets have put on a key, and forgets them.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="id">The key.</param>
    /// <param name="actor">Who does it, for the audit trail; <see cref="AuditActor.System"/> for code of the host.</param>
    /// <param name="cancellationToken">Cancels the work before the write.</param>
    /// <returns>The key, or not found.</returns>
    ValueTask<ApiKeyWriteResult> UnlockAsync(TenantId tenant, Guid id, AuditActor actor, CancellationToken cancellationToken);

    /// <summary>Deletes a key with its trail, unless access rules are about it. To keep the trail, revoke it instead.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="id">The key.</param>
    /// <param name="expectedVersion">The version that the caller read, or null for whatever is there.</param>
    /// <param name="actor">Who does it, for the audit trail; <see cref="AuditActor.System"/> for code of the host.</param>
    /// <param name="cancellationToken">Cancels the work before the write.</param>
    /// <returns>The key as it was, or: not found, a stale version, in use.</returns>
    ValueTask<ApiKeyWriteResult> DeleteAsync(TenantId tenant, Guid id, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken);

    /// <summary>Finds a key of the tenant.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="id">The key.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The key, or null.</returns>
    ValueTask<StoredApiKey?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken);

    /// <summary>Lists the keys of the tenant by name, in the order of code points.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="afterName">Return only names that sort after this one; null starts at the beginning.</param>
    /// <param name="limit">The most rows to return, 1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>At most <paramref name="limit"/> keys.</returns>
    ValueTask<IReadOnlyList<StoredApiKey>> ListAsync(TenantId tenant, string? afterName, int limit, CancellationToken cancellationToken);
}
