using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.EntityFrameworkCore.AccessControl;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.ApiKeys;

internal sealed class EntityFrameworkApiKeyStore(RegistryDatabase database) : IApiKeyStore
{
    private readonly ApiKeyRotationWriter _rotations = new(database.Provider);

    // Of the instance: a compiled query belongs to one model, and two databases in a process have two.
    private readonly Func<RegistryDbContext, string, CancellationToken, Task<ApiKeyEntity?>> _findByLookupId = EF.CompileAsyncQuery(
        (RegistryDbContext context, string lookupId, CancellationToken _) =>
            context.ApiKeys.AsNoTracking().SingleOrDefault(x => x.LookupId == lookupId));

    public ValueTask<StoreResult<ApiKey>> AddAsync(TenantId tenant, ApiKey key, AuditEvent? audit, CancellationToken cancellationToken)
    {
        if (key.Tenant != tenant)
        {
            throw new ArgumentException("The key belongs to another tenant than the one it is added for.", nameof(key));
        }

        var entity = ApiKeyMapper.ToEntity(tenant, key with { Version = 1 });
        return database.InsertAsync(Row(tenant, key.Id) with { Audit = audit }, entity, ApiKeyMapper.ToRecord, cancellationToken);
    }

    public ValueTask<StoreResult<ApiKey>> UpdateAsync(TenantId tenant, ApiKey key, AuditEvent? audit, CancellationToken cancellationToken)
    {
        var wanted = ApiKeyMapper.ToEntity(tenant, key);
        return database.WriteAsync(Row(tenant, key.Id) with { Audit = audit }, (context, token) => ApiKeyWriter.UpdateAsync(context, wanted, token), cancellationToken);
    }

    public async ValueTask<ApiKeyRotationResult> RotateAsync(TenantId tenant, ApiKeyRotation rotation, CancellationToken cancellationToken)
    {
        ApiKeyRotationWriter.Check(tenant, rotation);
        var row = Row(tenant, rotation.Old.Id) with
        {
            MoreAudit = rotation.Audit,
            Others =
            [
                .. rotation.Rules.Select(copy => new RowWrite(tenant, RegistryChangeKind.AccessControl, copy.Rule.Id)),
                Row(tenant, rotation.Successor.Id),
            ],
        };
        var result = ApiKeyRotationResult.Refused(ApiKeyRotationOutcome.Stale);
        var written = await database
            .WriteAsync(
                row,
                async (context, token) =>
                {
                    result = await _rotations.RotateAsync(context, tenant, rotation, token).ConfigureAwait(false);
                    return result.Succeeded ? StoreResult<ApiKeyRotationResult>.Success(result) : StoreResult<ApiKeyRotationResult>.NotFound();
                },
                cancellationToken,
                async (context, rotated, token) =>
                {
                    if (await ApiKeyRotationWriter.FitsAsync(context, tenant, rotation, token).ConfigureAwait(false))
                    {
                        return StoreResult<ApiKeyRotationResult>.Success(rotated);
                    }

                    result = ApiKeyRotationResult.Refused(ApiKeyRotationOutcome.LimitReached);
                    return StoreResult<ApiKeyRotationResult>.NotFound();
                })
            .ConfigureAwait(false);
        return written.Outcome == StoreOutcome.Conflict ? ApiKeyRotationResult.Conflict(written.ConflictField) : result;
    }

    public ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, Guid id, long? expectedVersion, AuditEvent? audit, CancellationToken cancellationToken) => database.DeleteSubjectAsync(
        Row(tenant, id) with { Audit = audit },
        expectedVersion,
        context => context.ApiKeys.Where(x => x.TenantId == tenant.Value && x.Id == id),
        rules => rules.Where(x => x.ApiKeyId == id),
        cancellationToken);

    public ValueTask<StoredApiKey?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) => database.FindAsync(
        context => context.ApiKeys.Where(x => x.TenantId == tenant.Value && x.Id == id), ApiKeyMapper.ToStored, cancellationToken);

    public ValueTask<StoredApiKey?> FindByLookupIdAsync(string lookupId, CancellationToken cancellationToken) => database.ReadAsync(
        async (context, token) =>
            await _findByLookupId(context, lookupId, token).ConfigureAwait(false) is { } entity ? ApiKeyMapper.ToStored(entity) : null,
        cancellationToken);

    public IAsyncEnumerable<string> ReadLookupIdsAsync(CancellationToken cancellationToken) => database.StreamAsync(
        static context => context.ApiKeys.Select(static x => x.LookupId).AsAsyncEnumerable(), cancellationToken);

    public ValueTask<int> CountAsync(TenantId tenant, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var time = StoredTime.Normalize(now);
        return database.ReadAsync(
            (context, token) => context.ApiKeys.CountAsync(
                x => x.TenantId == tenant.Value && x.RevokedAt == null && (x.ExpiresAt == null || x.ExpiresAt > time), token),
            cancellationToken);
    }

    public ValueTask<IReadOnlyList<StoredApiKey>> ListAsync(TenantId tenant, string? afterName, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        return database.ListAsync(
            context =>
            {
                var keys = context.ApiKeys.Where(x => x.TenantId == tenant.Value);
                keys = afterName is null ? keys : keys.Where(x => string.Compare(x.Name, afterName) > 0);
                return keys.OrderBy(x => x.Name).Take(limit);
            },
            ApiKeyMapper.ToStored,
            cancellationToken);
    }

    public ValueTask<IReadOnlyDictionary<Guid, ApiKeyLockout>> RecordAttemptsAsync(
        TenantId tenant, IReadOnlyCollection<ApiKeyAttempts> attempts, CancellationToken cancellationToken) =>
        database.WriteQuietlyAsync((context, token) => ApiKeyAttemptWriter.AddAsync(context, tenant, attempts, token), cancellationToken);

    public async ValueTask<bool> LockAsync(
        TenantId tenant, Guid id, DateTimeOffset? lockedUntil, int? expectedLockouts, AuditEvent? audit, CancellationToken cancellationToken)
    {
        var until = StoredTime.Normalize(lockedUntil);
        var result = await database
            .WriteAsync(
                Row(tenant, id) with { Audit = audit },
                (context, token) => ApiKeyWriter.LockAsync(context, tenant, id, until, expectedLockouts, token),
                cancellationToken)
            .ConfigureAwait(false);
        return result.Succeeded;
    }

    private static RowWrite Row(TenantId tenant, Guid id) => new(tenant, RegistryChangeKind.ApiKey, id);
}
