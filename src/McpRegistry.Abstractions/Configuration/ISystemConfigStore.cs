using McpRegistry.Auditing;
using McpRegistry.Tenancy;

namespace McpRegistry.Configuration;

/// <summary>
/// Keeps values of the system configuration: global ones, and those by which a tenant overrides them. Sensitive values are
/// left out of every answer but that of <see cref="RevealAsync"/>. Implementations are thread-safe singletons;
/// infrastructure failures are thrown.
/// </summary>
public interface ISystemConfigStore
{
    /// <summary>Adds a global value, or a tenant's override; the store sets <see cref="SystemConfigEntry.Version"/> to 1.</summary>
    /// <param name="tenant">The owner; must equal <see cref="SystemConfigEntry.Tenant"/>.</param>
    /// <param name="entry">The entry with its value, id and times already set.</param>
    /// <param name="audit">The audit event that commits with the change, and not without it; null for a write of the system's own that leaves none.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The stored entry, or: a conflict, a global value that may not be overridden.</returns>
    /// <exception cref="ArgumentException">The entry belongs to another tenant, or its value is no JSON document.</exception>
    ValueTask<SystemConfigResult> AddAsync(TenantId tenant, SystemConfigEntry entry, AuditEvent? audit, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces a value: all members but id, owner, key and creation time. The store raises the version by one. A null
    /// <see cref="SystemConfigEntry.Value"/> keeps the stored value.
    /// </summary>
    /// <param name="tenant">The owner of the row; a tenant does not change a global value.</param>
    /// <param name="entry">The new state, found by its key; its version must be the stored one.</param>
    /// <param name="audit">The audit event that commits with the change, and not without it; null for a write of the system's own that leaves none.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The stored entry, or: not found, a stale version, not configurable at run time, a missing value.</returns>
    /// <exception cref="ArgumentException">The value is no JSON document.</exception>
    ValueTask<SystemConfigResult> UpdateAsync(TenantId tenant, SystemConfigEntry entry, AuditEvent? audit, CancellationToken cancellationToken);

    /// <summary>Deletes the row of an owner. The global value then applies again to a tenant.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="key">The key.</param>
    /// <param name="audit">The audit event that commits with the change, and not without it; null for a write of the system's own that leaves none.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>False when the owner has no such row.</returns>
    ValueTask<bool> DeleteAsync(TenantId tenant, string key, AuditEvent? audit, CancellationToken cancellationToken);

    /// <summary>Finds the value that applies to a tenant, its own or the global one, without a sensitive value.</summary>
    /// <param name="tenant">The tenant; <see cref="TenantId.Global"/> for the global value.</param>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The entry, whose <see cref="SystemConfigEntry.Tenant"/> tells whose it is, or null.</returns>
    ValueTask<SystemConfigEntry?> FindAsync(TenantId tenant, string key, CancellationToken cancellationToken);

    /// <summary>Finds the value that applies to a tenant, in the clear. For the code that needs the secret, never for an answer or a log.</summary>
    /// <param name="tenant">The tenant; <see cref="TenantId.Global"/> for the global value.</param>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The entry with its value, or null.</returns>
    ValueTask<SystemConfigEntry?> RevealAsync(TenantId tenant, string key, CancellationToken cancellationToken);

    /// <summary>
    /// Lists the values that apply to a tenant by key, in the order of code points, one entry a key, without sensitive values.
    /// </summary>
    /// <param name="tenant">The tenant; <see cref="TenantId.Global"/> for the global values alone.</param>
    /// <param name="category">The category of the value that applies (exact); null for all.</param>
    /// <param name="afterKey">Return only keys that sort after this one; null starts at the beginning.</param>
    /// <param name="limit">The most entries to return, 1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>At most <paramref name="limit"/> entries.</returns>
    ValueTask<IReadOnlyList<SystemConfigEntry>> ListAsync(
        TenantId tenant, string? category, string? afterKey, int limit, CancellationToken cancellationToken);
}
