using McpRegistry.Auditing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.AspNetCore.Tests;

/// <summary>Has every tenant that a test asks for.</summary>
internal sealed class ActiveTenants : ITenantStore
{
    public ValueTask<Tenant?> FindAsync(TenantId tenant, CancellationToken cancellationToken) => new(new Tenant
    {
        Id = tenant, Slug = tenant.ToString(), Name = tenant.ToString(), CreatedAt = DateTimeOffset.UnixEpoch, UpdatedAt = DateTimeOffset.UnixEpoch,
    });

    public ValueTask<StoreResult<Tenant>> AddAsync(Tenant tenant, AuditEvent? audit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<StoreResult<Tenant>> UpdateAsync(Tenant tenant, AuditEvent? audit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<Tenant?> FindBySlugAsync(string slug, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<Tenant>> ListAsync(string? afterSlug, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, long? expectedVersion, AuditEvent? audit, CancellationToken cancellationToken) => throw new NotSupportedException();
}
