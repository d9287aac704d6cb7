using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.EntityFrameworkCore.AccessControl;
using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.ApiKeys;

/// <summary>Writes a rotation: two keys and the rules of the new one, in one transaction.</summary>
internal sealed class ApiKeyRotationWriter(IDatabaseProvider provider)
{
    /// <exception cref="ArgumentException">The rows do not belong together.</exception>
    public static void Check(TenantId tenant, ApiKeyRotation rotation)
    {
        var subject = AccessSubject.ForApiKey(rotation.Successor.Id);
        if (rotation.Successor.Tenant != tenant || rotation.Rules.Any(copy => copy.Rule.Tenant != tenant || copy.Rule.Subject != subject))
        {
            throw new ArgumentException("The successor or a rule belongs to another tenant, or a rule is not about the successor.", nameof(rotation));
        }
    }

    /// <returns>The successor as stored, or why there is none; then the transaction ends without a trace.</returns>
    public async Task<ApiKeyRotationResult> RotateAsync(RegistryDbContext context, TenantId tenant, ApiKeyRotation rotation, CancellationToken cancellationToken)
    {
        // Held before the rules are read, as for a deletion: a rule that is made meanwhile is copied, or is about a key that has a successor.
        if (!await context.HoldRowAsync<ApiKeyEntity>(provider, tenant, rotation.Old.Id, cancellationToken).ConfigureAwait(false))
        {
            return ApiKeyRotationResult.Refused(ApiKeyRotationOutcome.NotFound);
        }

        var own = context.ApiKeys.Where(x => x.TenantId == tenant.Value);
        if (await FindSuccessorAsync(own, rotation, cancellationToken).ConfigureAwait(false) is { } living)
        {
            return ApiKeyRotationResult.HasSuccessor(living);
        }

        var ended = await ApiKeyWriter.UpdateAsync(context, ApiKeyMapper.ToEntity(tenant, rotation.Old), cancellationToken).ConfigureAwait(false);
        if (!ended.Succeeded || !await KeepRulesAsync(context, tenant, rotation, cancellationToken).ConfigureAwait(false))
        {
            return ApiKeyRotationResult.Refused(ApiKeyRotationOutcome.Stale);
        }

        var successor = ApiKeyMapper.ToEntity(tenant, rotation.Successor with { Version = 1 });
        context.Add(successor);
        context.AddRange(rotation.Rules.Select(copy => AccessRuleMapper.ToEntity(tenant, copy.Rule with { Version = 1 })));
        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return ApiKeyRotationResult.Success(ApiKeyMapper.ToRecord(successor));
    }

    /// <summary>Counts under the lock of the revision, where all writes that ended before are seen and no other one ends.</summary>
    public static async Task<bool> FitsAsync(RegistryDbContext context, TenantId tenant, ApiKeyRotation rotation, CancellationToken cancellationToken)
    {
        var now = StoredTime.Normalize(rotation.Now);
        return rotation.MaxKeys is not { } limit
            || await Living(context.ApiKeys.Where(x => x.TenantId == tenant.Value), now).CountAsync(cancellationToken).ConfigureAwait(false) <= limit;
    }

    private static Task<Guid?> FindSuccessorAsync(IQueryable<ApiKeyEntity> own, ApiKeyRotation rotation, CancellationToken cancellationToken)
    {
        var now = StoredTime.Normalize(rotation.Now);
        return Living(own, now).Where(x => x.RotatedFrom == rotation.Old.Id).OrderBy(x => x.Id).Select(x => (Guid?)x.Id).FirstOrDefaultAsync(cancellationToken);
    }

    private static IQueryable<ApiKeyEntity> Living(IQueryable<ApiKeyEntity> keys, DateTimeOffset now) =>
        keys.Where(x => x.RevokedAt == null && (x.ExpiresAt == null || x.ExpiresAt > now));

    /// <summary>Tells whether the rules about the old key are those that were read, and keeps their servers until the transaction ends.</summary>
    private async Task<bool> KeepRulesAsync(RegistryDbContext context, TenantId tenant, ApiKeyRotation rotation, CancellationToken cancellationToken)
    {
        foreach (var server in rotation.Rules.Select(static copy => copy.Rule.ServerId).Distinct().Order())
        {
            if (!await context.KeepRowAsync<ServerEntity>(provider, server, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        var stored = await context.AccessRules
            .Where(x => x.TenantId == tenant.Value && x.ApiKeyId == rotation.Old.Id)
            .Select(x => new { x.Id, x.Version })
            .ToDictionaryAsync(x => x.Id, x => x.Version, cancellationToken)
            .ConfigureAwait(false);
        return stored.Count == rotation.Rules.Length
            && rotation.Rules.All(copy => stored.TryGetValue(copy.Source, out var version) && version == copy.SourceVersion);
    }
}
