using McpRegistry.Auditing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using McpRegistry.Users;

namespace McpRegistry.AspNetCore.Tests.Principals;

/// <summary>The store in memory, whose look-up of principals can fail or not answer.</summary>
internal sealed class FailingUserStore(InMemoryUserStore inner) : IUserStore
{
    public bool Fails { get; set; }

    public Hang? Hang { get; set; }

    public Hang? HangOfAdd { get; set; }

    public ValueTask<User?> FindByExternalIdAsync(TenantId tenant, string provider, string subject, CancellationToken cancellationToken) =>
        Fails ? throw new InvalidOperationException("secret detail of a store")
            : Hang?.AskAsync<User?>(cancellationToken) ?? inner.FindByExternalIdAsync(tenant, provider, subject, cancellationToken);

    public ValueTask<StoreResult<User>> AddAsync(TenantId tenant, User user, AuditEvent? audit, CancellationToken cancellationToken) =>
        HangOfAdd?.AskAsync<StoreResult<User>>(cancellationToken) ?? inner.AddAsync(tenant, user, audit, cancellationToken);

    public ValueTask<StoreResult<User>> UpdateAsync(TenantId tenant, User user, AuditEvent? audit, CancellationToken cancellationToken) =>
        inner.UpdateAsync(tenant, user, audit, cancellationToken);

    public ValueTask<User?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) => inner.FindAsync(tenant, id, cancellationToken);

    public ValueTask<User?> FindByUsernameAsync(TenantId tenant, string username, CancellationToken cancellationToken) =>
        inner.FindByUsernameAsync(tenant, username, cancellationToken);

    public ValueTask<User?> FindByEmailAsync(TenantId tenant, string email, CancellationToken cancellationToken) =>
        inner.FindByEmailAsync(tenant, email, cancellationToken);

    public ValueTask<IReadOnlyList<User>> ListAsync(TenantId tenant, UserQuery query, CancellationToken cancellationToken) =>
        inner.ListAsync(tenant, query, cancellationToken);

    public ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, Guid id, AuditEvent? audit, CancellationToken cancellationToken) =>
        inner.DeleteAsync(tenant, id, audit, cancellationToken);
}
