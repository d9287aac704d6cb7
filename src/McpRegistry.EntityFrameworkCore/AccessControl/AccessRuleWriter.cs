using McpRegistry.AccessControl;
using McpRegistry.EntityFrameworkCore.ApiKeys;
using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.EntityFrameworkCore.Users;
using McpRegistry.Storage;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.AccessControl;

/// <summary>The writes of a rule, which names up to two other rows.</summary>
internal sealed class AccessRuleWriter(IDatabaseProvider provider)
{
    public async Task<StoreResult<AccessRule>> AddAsync(
        RegistryDbContext context, AccessRuleEntity rule, CancellationToken cancellationToken)
    {
        if (await FindMissingAsync(context, rule, cancellationToken).ConfigureAwait(false) is { } field)
        {
            return StoreResult<AccessRule>.Conflict(field);
        }

        context.AccessRules.Add(rule);
        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return StoreResult<AccessRule>.Success(AccessRuleMapper.ToRecord(rule));
    }

    public async Task<StoreResult<AccessRule>> UpdateAsync(
        RegistryDbContext context, AccessRuleEntity wanted, CancellationToken cancellationToken)
    {
        var stored = context.AccessRules.Where(x => x.TenantId == wanted.TenantId && x.Id == wanted.Id);
        var missing = await FindMissingAsync(context, wanted, cancellationToken).ConfigureAwait(false);
        if (missing is not null || await ReplaceAsync(stored, wanted, cancellationToken).ConfigureAwait(false) == 0)
        {
            var version = await stored.Select(x => (long?)x.Version).SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false);
            return version is null
                ? StoreResult<AccessRule>.NotFound()
                : missing is null || version != wanted.Version ? StoreResult<AccessRule>.Stale() : StoreResult<AccessRule>.Conflict(missing);
        }

        return StoreResult<AccessRule>.Success(AccessRuleMapper.ToRecord(
            await stored.AsNoTracking().SingleAsync(cancellationToken).ConfigureAwait(false)));
    }

    private static Task<int> ReplaceAsync(IQueryable<AccessRuleEntity> stored, AccessRuleEntity wanted, CancellationToken cancellationToken) =>
        stored.Where(x => x.Version == wanted.Version).ExecuteUpdateAsync(
            set => set
                .SetProperty(x => x.ServerId, wanted.ServerId)
                .SetProperty(x => x.UserId, wanted.UserId)
                .SetProperty(x => x.SubjectTenantId, wanted.SubjectTenantId)
                .SetProperty(x => x.ApiKeyId, wanted.ApiKeyId)
                .SetProperty(x => x.CanRead, wanted.CanRead)
                .SetProperty(x => x.CanWrite, wanted.CanWrite)
                .SetProperty(x => x.CanAdmin, wanted.CanAdmin)
                .SetProperty(x => x.CanProxy, wanted.CanProxy)
                .SetProperty(x => x.AllowedMethods, wanted.AllowedMethods)
                .SetProperty(x => x.DeniedMethods, wanted.DeniedMethods)
                .SetProperty(x => x.AllowedDays, wanted.AllowedDays)
                .SetProperty(x => x.AllowedHours, wanted.AllowedHours)
                .SetProperty(x => x.TimeZone, wanted.TimeZone)
                .SetProperty(x => x.AccessStartTime, wanted.AccessStartTime)
                .SetProperty(x => x.AccessEndTime, wanted.AccessEndTime)
                .SetProperty(x => x.IsActive, wanted.IsActive)
                .SetProperty(x => x.UpdatedAt, wanted.UpdatedAt)
                .SetProperty(x => x.Version, x => x.Version + 1),
            cancellationToken);

    // A tenant may have rules about servers of another one, which shares them, and none about its people and keys.
    private async Task<string?> FindMissingAsync(RegistryDbContext context, AccessRuleEntity rule, CancellationToken cancellationToken)
    {
        if (!await context.KeepRowAsync<ServerEntity>(provider, rule.ServerId, cancellationToken).ConfigureAwait(false))
        {
            return "serverId";
        }

        if (rule.UserId is { } user && !await context.KeepRowAsync<UserEntity>(provider, rule.TenantId, user, cancellationToken).ConfigureAwait(false))
        {
            return "userId";
        }

        return rule.ApiKeyId is { } key && !await context.KeepRowAsync<ApiKeyEntity>(provider, rule.TenantId, key, cancellationToken).ConfigureAwait(false)
            ? "apiKeyId"
            : null;
    }
}
