using McpRegistry.Auditing;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Tenancy;

internal sealed class EntityFrameworkTenantStore(RegistryDatabase database) : ITenantStore
{
    public ValueTask<StoreResult<Tenant>> AddAsync(Tenant tenant, AuditEvent? audit, CancellationToken cancellationToken)
    {
        if (tenant.Id.IsGlobal)
        {
            throw new ArgumentException("The global tenant has no row of its own.", nameof(tenant));
        }

        var entity = TenantMapper.ToEntity(tenant);
        entity.Version = 1;
        return database.InsertAsync(Row(tenant.Id) with { Audit = audit }, entity, TenantMapper.ToRecord, cancellationToken);
    }

    public ValueTask<StoreResult<Tenant>> UpdateAsync(Tenant tenant, AuditEvent? audit, CancellationToken cancellationToken)
    {
        var wanted = TenantMapper.ToEntity(tenant);
        return database.WriteAsync(Row(tenant.Id) with { Audit = audit }, (context, token) => UpdateAsync(context, wanted, token), cancellationToken);
    }

    public ValueTask<Tenant?> FindAsync(TenantId tenant, CancellationToken cancellationToken) =>
        database.FindAsync(context => context.Tenants.Where(x => x.Id == tenant.Value), TenantMapper.ToRecord, cancellationToken);

    public ValueTask<Tenant?> FindBySlugAsync(string slug, CancellationToken cancellationToken) =>
        database.FindAsync(context => context.Tenants.Where(x => x.Slug == slug), TenantMapper.ToRecord, cancellationToken);

    public ValueTask<IReadOnlyList<Tenant>> ListAsync(string? afterSlug, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        return database.ListAsync(
            context => (afterSlug is null ? context.Tenants : context.Tenants.Where(x => string.Compare(x.Slug, afterSlug) > 0))
                .OrderBy(x => x.Slug)
                .Take(limit),
            TenantMapper.ToRecord,
            cancellationToken);
    }

    public ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, long? expectedVersion, AuditEvent? audit, CancellationToken cancellationToken) =>
        database.DeleteAsync(Row(tenant) with { Audit = audit }, expectedVersion, context => context.Tenants.Where(x => x.Id == tenant.Value), cancellationToken);

    private static RowWrite Row(TenantId tenant) => new(tenant, RegistryChangeKind.Tenant, tenant.Value);

    private static async Task<StoreResult<Tenant>> UpdateAsync(RegistryDbContext context, TenantEntity wanted, CancellationToken cancellationToken)
    {
        var stored = context.Tenants.Where(x => x.Id == wanted.Id);
        var rows = await stored
            .Where(x => x.Version == wanted.Version)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(x => x.Slug, wanted.Slug)
                    .SetProperty(x => x.Name, wanted.Name)
                    .SetProperty(x => x.Description, wanted.Description)
                    .SetProperty(x => x.Status, wanted.Status)
                    .SetProperty(x => x.MaxServers, wanted.MaxServers)
                    .SetProperty(x => x.MaxApiKeys, wanted.MaxApiKeys)
                    .SetProperty(x => x.Settings, wanted.Settings)
                    .SetProperty(x => x.UpdatedAt, wanted.UpdatedAt)
                    .SetProperty(x => x.Version, x => x.Version + 1),
                cancellationToken)
            .ConfigureAwait(false);
        return await stored.AfterUpdateAsync(rows, TenantMapper.ToRecord, cancellationToken).ConfigureAwait(false);
    }
}
