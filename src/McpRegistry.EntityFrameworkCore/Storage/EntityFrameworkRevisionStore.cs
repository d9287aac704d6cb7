using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Storage;

internal sealed class EntityFrameworkRevisionStore(RegistryDatabase database) : IRevisionStore
{
    public ValueTask<long> GetAsync(CancellationToken cancellationToken) =>
        ReadAsync(Guid.Empty, RevisionScope.All, cancellationToken);

    public ValueTask<long> GetAsync(TenantId tenant, CancellationToken cancellationToken) =>
        ReadAsync(tenant.Value, RevisionScope.Tenant, cancellationToken);

    /// <summary>Reads the revision of all tenants.</summary>
    public static Task<long> ReadAsync(RegistryDbContext context, CancellationToken cancellationToken) =>
        ReadAsync(context, Guid.Empty, RevisionScope.All, cancellationToken);

    private static Task<long> ReadAsync(RegistryDbContext context, Guid tenant, RevisionScope scope, CancellationToken cancellationToken) =>
        context.Revisions
            .AsNoTracking()
            .Where(x => x.TenantId == tenant && x.Scope == scope)
            .Select(x => x.Revision)
            .SingleOrDefaultAsync(cancellationToken);

    private ValueTask<long> ReadAsync(Guid tenant, RevisionScope scope, CancellationToken cancellationToken) =>
        database.ReadAsync((context, token) => ReadAsync(context, tenant, scope, token), cancellationToken);
}
