using McpRegistry.Configuration;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Configuration;

/// <summary>The writes of one entry.</summary>
internal static class SystemConfigWriter
{
    public static async Task<SystemConfigResult> AddAsync(
        RegistryDbContext context, SystemConfigEntity added, CancellationToken cancellationToken)
    {
        var overridden = await FindOverriddenAsync(context, added, cancellationToken).ConfigureAwait(false);
        if (overridden is { IsRuntimeConfigurable: false })
        {
            return new SystemConfigResult(SystemConfigOutcome.NotRuntimeConfigurable);
        }

        Inherit(added, overridden);
        context.SystemConfigs.Add(added);
        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return Success(added, overridden);
    }

    public static async Task<SystemConfigResult> UpdateAsync(
        RegistryDbContext context, SystemConfigEntity wanted, bool keepValue, CancellationToken cancellationToken)
    {
        var entity = await context.SystemConfigs
            .SingleOrDefaultAsync(x => x.Id == wanted.Id && x.TenantId == wanted.TenantId, cancellationToken)
            .ConfigureAwait(false);
        var overridden = await FindOverriddenAsync(context, wanted, cancellationToken).ConfigureAwait(false);
        Inherit(wanted, overridden);
        if (Refuse(entity, overridden, wanted, keepValue) is { } refused)
        {
            return new SystemConfigResult(refused);
        }

        Apply(entity!, wanted, keepValue);
        try
        {
            await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DbUpdateConcurrencyException)
        {
            return new SystemConfigResult(SystemConfigOutcome.Stale);
        }

        return Success(entity!, overridden);
    }

    /// <summary>What is written under a sensitive key stays sensitive, also when that key is deleted or opened later.</summary>
    private static void Inherit(SystemConfigEntity written, SystemConfigEntity? overridden) =>
        written.IsSensitive |= overridden is { IsSensitive: true };

    private static SystemConfigOutcome? Refuse(
        SystemConfigEntity? stored, SystemConfigEntity? overridden, SystemConfigEntity wanted, bool keepValue) => stored switch
    {
        null => SystemConfigOutcome.NotFound,
        { IsRuntimeConfigurable: false } => SystemConfigOutcome.NotRuntimeConfigurable,
        _ when overridden is { IsRuntimeConfigurable: false } => SystemConfigOutcome.NotRuntimeConfigurable,
        _ when stored.Version != wanted.Version => SystemConfigOutcome.Stale,
        { IsSensitive: true } when !wanted.IsSensitive && keepValue => SystemConfigOutcome.ValueRequired,
        _ => null,
    };

    private static void Apply(SystemConfigEntity entity, SystemConfigEntity wanted, bool keepValue)
    {
        entity.Value = keepValue ? entity.Value : wanted.Value;
        entity.Description = wanted.Description;
        entity.Category = wanted.Category;
        entity.IsSensitive = wanted.IsSensitive;
        entity.IsRuntimeConfigurable = wanted.IsRuntimeConfigurable;
        entity.UpdatedBy = wanted.UpdatedBy;
        entity.UpdatedAt = wanted.UpdatedAt;
        entity.Version++;
    }

    private static Task<SystemConfigEntity?> FindOverriddenAsync(
        RegistryDbContext context, SystemConfigEntity entry, CancellationToken cancellationToken) =>
        entry.TenantId == TenantId.Global.Value
            ? Task.FromResult<SystemConfigEntity?>(null)
            : context.SystemConfigs
                .AsNoTracking()
                .SingleOrDefaultAsync(x => x.Key == entry.Key && x.TenantId == TenantId.Global.Value, cancellationToken);

    private static SystemConfigResult Success(SystemConfigEntity entity, SystemConfigEntity? overridden) => new(
        SystemConfigOutcome.Success, SystemConfigMapper.ToRecord(entity, overridden is { IsSensitive: true }, reveal: false));
}
