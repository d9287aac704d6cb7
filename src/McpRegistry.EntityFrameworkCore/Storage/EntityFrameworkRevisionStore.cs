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

    /// <summary>
    /// Raises both revisions. It is the last statement of a write, so that the row which all writers share is locked for
    /// as short as possible; the lock also makes commits happen in the order of the revisions.
    /// </summary>
    public static Task BumpAsync(RegistryDbContext context, TenantId tenant, CancellationToken cancellationToken) =>
        context.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO registry_revisions (tenant_id, scope, revision)
            VALUES ({tenant.Value}, 'tenant', 1), ({Guid.Empty}, 'all', 1)
            ON CONFLICT (tenant_id, scope) DO UPDATE SET revision = registry_revisions.revision + 1
            """,
            cancellationToken);

    private async ValueTask<long> ReadAsync(Guid tenant, RevisionScope scope, CancellationToken cancellationToken)
    {
        var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (context.ConfigureAwait(false))
        {
            return await context.Revisions
                .AsNoTracking()
                .Where(x => x.TenantId == tenant && x.Scope == scope)
                .Select(x => x.Revision)
                .SingleOrDefaultAsync(cancellationToken)
                .ConfigureAwait(false);
        }
    }
}
