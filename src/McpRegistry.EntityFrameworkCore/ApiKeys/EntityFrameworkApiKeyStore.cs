using McpRegistry.ApiKeys;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.ApiKeys;

internal sealed class EntityFrameworkApiKeyStore(RegistryDatabase database) : IApiKeyStore
{
    public ValueTask<StoreResult<ApiKey>> AddAsync(TenantId tenant, ApiKey key, CancellationToken cancellationToken)
    {
        if (key.Tenant != tenant)
        {
            throw new ArgumentException("The key belongs to another tenant than the one it is added for.", nameof(key));
        }

        var entity = ApiKeyMapper.ToEntity(tenant, key);
        return database.WriteAsync(
            Row(tenant, key.Id),
            async (context, token) =>
            {
                context.ApiKeys.Add(entity);
                await context.SaveChangesAsync(token).ConfigureAwait(false);
                return StoreResult<ApiKey>.Success(ApiKeyMapper.ToRecord(entity));
            },
            cancellationToken);
    }

    public ValueTask<StoreResult<ApiKey>> UpdateAsync(TenantId tenant, ApiKey key, CancellationToken cancellationToken)
    {
        var wanted = ApiKeyMapper.ToEntity(tenant, key);
        return database.WriteAsync(Row(tenant, key.Id), (context, token) => UpdateAsync(context, wanted, token), cancellationToken);
    }

    public async ValueTask<ApiKey?> FindByLookupIdAsync(string lookupId, CancellationToken cancellationToken)
    {
        var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (context.ConfigureAwait(false))
        {
            var entity = await context.ApiKeys
                .AsNoTracking()
                .SingleOrDefaultAsync(x => x.LookupId == lookupId, cancellationToken)
                .ConfigureAwait(false);
            return entity is null ? null : ApiKeyMapper.ToRecord(entity);
        }
    }

    public async ValueTask<IReadOnlyList<ApiKey>> ListAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (context.ConfigureAwait(false))
        {
            var entities = await context.ApiKeys
                .AsNoTracking()
                .Where(x => x.TenantId == tenant.Value)
                .ToListAsync(cancellationToken)
                .ConfigureAwait(false);

            // Sorted here: the databases order by UTF-8 bytes, which differs from ordinal beyond the basic plane.
            return [.. entities.Select(ApiKeyMapper.ToRecord).OrderBy(key => key.Name, StringComparer.Ordinal)];
        }
    }

    private static RowWrite Row(TenantId tenant, Guid id) => new(tenant, RegistryChangeKind.ApiKey, id);

    private static async Task<StoreResult<ApiKey>> UpdateAsync(RegistryDbContext context, ApiKeyEntity wanted, CancellationToken cancellationToken)
    {
        var stored = context.ApiKeys.Where(x => x.TenantId == wanted.TenantId && x.Id == wanted.Id);
        var rows = await stored
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(x => x.Name, wanted.Name)
                    .SetProperty(x => x.LookupId, wanted.LookupId)
                    .SetProperty(x => x.Salt, wanted.Salt)
                    .SetProperty(x => x.KeyHash, wanted.KeyHash)
                    .SetProperty(x => x.LastFour, wanted.LastFour)
                    .SetProperty(x => x.Scopes, wanted.Scopes)
                    .SetProperty(x => x.ExpiresAt, wanted.ExpiresAt)
                    .SetProperty(x => x.RevokedAt, wanted.RevokedAt)
                    .SetProperty(x => x.IsActive, wanted.IsActive),
                cancellationToken)
            .ConfigureAwait(false);
        return rows == 0
            ? StoreResult<ApiKey>.NotFound()
            : StoreResult<ApiKey>.Success(ApiKeyMapper.ToRecord(
                await stored.AsNoTracking().SingleAsync(cancellationToken).ConfigureAwait(false)));
    }
}
