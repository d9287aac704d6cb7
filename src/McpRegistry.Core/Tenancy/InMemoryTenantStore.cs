using McpRegistry.Auditing;
using McpRegistry.Storage;

namespace McpRegistry.Tenancy;

internal sealed class InMemoryTenantStore(InMemoryDatabase database) : ITenantStore
{
    private readonly Dictionary<TenantId, Tenant> _tenants = [];
    private readonly Dictionary<string, TenantId> _slugs = new(StringComparer.Ordinal);

    public ValueTask<StoreResult<Tenant>> AddAsync(Tenant tenant, AuditEvent? audit, CancellationToken cancellationToken)
    {
        if (tenant.Id.IsGlobal)
        {
            throw new ArgumentException("The global tenant has no row of its own.", nameof(tenant));
        }

        var added = Normalize(tenant) with { Version = 1 };
        return database.WriteAsync(
            audit,
            () => _tenants.ContainsKey(added.Id) ? StoreResult<Tenant>.Conflict("id")
                : IsSlugTaken_NeedsLock(added) ? StoreResult<Tenant>.Conflict("slug")
                : Save_NeedsLock(added),
            cancellationToken);
    }

    public ValueTask<StoreResult<Tenant>> UpdateAsync(Tenant tenant, AuditEvent? audit, CancellationToken cancellationToken)
    {
        var wanted = Normalize(tenant);
        return database.WriteAsync(audit, () => Update_NeedsLock(wanted), cancellationToken);
    }

    public ValueTask<Tenant?> FindAsync(TenantId tenant, CancellationToken cancellationToken) =>
        database.RunAsync(() => _tenants.GetValueOrDefault(tenant), cancellationToken);

    public ValueTask<Tenant?> FindBySlugAsync(string slug, CancellationToken cancellationToken) =>
        database.RunAsync(() => _slugs.TryGetValue(slug, out var id) ? _tenants[id] : null, cancellationToken);

    public ValueTask<IReadOnlyList<Tenant>> ListAsync(string? afterSlug, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        return database.RunAsync<IReadOnlyList<Tenant>>(
            () =>
            [
                .. _tenants.Values
                    .Where(tenant => afterSlug is null || CodePointOrder.Instance.Compare(tenant.Slug, afterSlug) > 0)
                    .OrderBy(static tenant => tenant.Slug, CodePointOrder.Instance)
                    .Take(limit),
            ],
            cancellationToken);
    }

    public ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, long? expectedVersion, AuditEvent? audit, CancellationToken cancellationToken) => database.WriteAsync(
        audit,
        () =>
        {
            if (!_tenants.TryGetValue(tenant, out var stored))
            {
                return StoreDeletion.NotFound();
            }

            if (expectedVersion is { } version && version != stored.Version)
            {
                return StoreDeletion.Stale();
            }

            _tenants.Remove(tenant);
            _slugs.Remove(stored.Slug);
            database.ServerLimits.Remove(tenant);
            database.Record_NeedsLock(tenant, RegistryChangeKind.Tenant, tenant.Value, RegistryChangeOperation.Deleted);
            return StoreDeletion.Success();
        },
        cancellationToken);

    private static Tenant Normalize(Tenant tenant) => tenant with
    {
        Settings = StoredJson.Normalize(tenant.Settings, nameof(tenant)),
        CreatedAt = StoredTime.Normalize(tenant.CreatedAt),
        UpdatedAt = StoredTime.Normalize(tenant.UpdatedAt),
    };

    private StoreResult<Tenant> Update_NeedsLock(Tenant wanted)
    {
        if (!_tenants.TryGetValue(wanted.Id, out var stored))
        {
            return StoreResult<Tenant>.NotFound();
        }

        if (stored.Version != wanted.Version)
        {
            return StoreResult<Tenant>.Stale();
        }

        if (IsSlugTaken_NeedsLock(wanted))
        {
            return StoreResult<Tenant>.Conflict("slug");
        }

        _slugs.Remove(stored.Slug);
        return Save_NeedsLock(wanted with { CreatedAt = stored.CreatedAt, Version = stored.Version + 1 });
    }

    private StoreResult<Tenant> Save_NeedsLock(Tenant tenant)
    {
        _tenants[tenant.Id] = tenant;
        _slugs[tenant.Slug] = tenant.Id;
        if (tenant.MaxServers is { } limit)
        {
            database.ServerLimits[tenant.Id] = limit;
        }
        else
        {
            database.ServerLimits.Remove(tenant.Id);
        }

        database.Record_NeedsLock(tenant.Id, RegistryChangeKind.Tenant, tenant.Id.Value);
        return StoreResult<Tenant>.Success(tenant);
    }

    private bool IsSlugTaken_NeedsLock(Tenant tenant) => _slugs.TryGetValue(tenant.Slug, out var id) && id != tenant.Id;
}
