using McpRegistry.Auditing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Users;

/// <summary>
/// Keeps users. Every method sees only rows of the given tenant; an id of another tenant is "not found". Implementations
/// are thread-safe singletons; infrastructure failures are thrown.
/// </summary>
public interface IUserStore
{
    /// <summary>Adds a user; the store sets <see cref="User.Version"/> to 1.</summary>
    /// <param name="tenant">The owner; must equal <see cref="User.Tenant"/>.</param>
    /// <param name="user">The user with id and times already set.</param>
    /// <param name="audit">The audit event that commits with the change, and not without it; null for a write of the system's own that leaves none.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The stored user, or a conflict on <c>username</c>, <c>email</c>, <c>authProviderId</c> or <c>id</c>.</returns>
    /// <exception cref="ArgumentException">The user belongs to another tenant, or its metadata is no JSON document.</exception>
    ValueTask<StoreResult<User>> AddAsync(TenantId tenant, User user, AuditEvent? audit, CancellationToken cancellationToken);

    /// <summary>Replaces a user: all members but id, tenant and creation time. The store raises <see cref="User.Version"/> by one.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="user">The new state; its version must be the stored one.</param>
    /// <param name="audit">The audit event that commits with the change, and not without it; null for a write of the system's own that leaves none.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The stored user, or: not found, a conflict as for a new user, a stale version.</returns>
    /// <exception cref="ArgumentException">The metadata is no JSON document.</exception>
    ValueTask<StoreResult<User>> UpdateAsync(TenantId tenant, User user, AuditEvent? audit, CancellationToken cancellationToken);

    /// <summary>Finds a user by id.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="id">The user.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The user, or null.</returns>
    ValueTask<User?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken);

    /// <summary>Finds a user by user name, ignoring case.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="username">The user name.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The user, or null.</returns>
    ValueTask<User?> FindByUsernameAsync(TenantId tenant, string username, CancellationToken cancellationToken);

    /// <summary>Finds a user by e-mail address, ignoring case.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="email">The address.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The user, or null.</returns>
    ValueTask<User?> FindByEmailAsync(TenantId tenant, string email, CancellationToken cancellationToken);

    /// <summary>Finds the user whom an identity provider knows by a subject (exact).</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="provider">The provider.</param>
    /// <param name="subject">The subject at the provider.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The user, or null.</returns>
    ValueTask<User?> FindByExternalIdAsync(TenantId tenant, string provider, string subject, CancellationToken cancellationToken);

    /// <summary>Lists users by user name, ignoring case, in the order of code points.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="query">Which users.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>At most <see cref="UserQuery.Limit"/> users.</returns>
    ValueTask<IReadOnlyList<User>> ListAsync(TenantId tenant, UserQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes a user, unless access rules are about it, whether they are in force or not: a server that rules close must not open because the
    /// only one whom they let in is deleted. Its keys and sessions stay and belong to nobody.
    /// </summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="id">The user.</param>
    /// <param name="audit">The audit event that commits with the change, and not without it; null for a write of the system's own that leaves none.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>Whether it is deleted, or: not found, in use by rules of the tenant. Of a deletion and a new rule at once one takes place.</returns>
    ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, Guid id, AuditEvent? audit, CancellationToken cancellationToken);
}
