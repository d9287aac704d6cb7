using McpRegistry.Auditing;
using McpRegistry.Servers.Validation;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.ApiKeys;

/// <summary>The one way by which callers change keys: check, write together with the audit event, forget what was remembered.</summary>
internal sealed class ApiKeyRegistrar(
    IApiKeyStore store,
    ApiKeyComposer composer,
    ApiKeyDefinitionValidator validator,
    ApiKeyWriter writer,
    ApiKeyRotator rotator,
    ApiKeyCache cache,
    UnknownKeys unknown,
    ApiKeyAudit audit,
    TimeProvider time,
    IOptions<ApiKeyOptions> options,
    ILogger<ApiKeyRegistrar> logger) : IApiKeyRegistrar
{
    // A caller without a version wants the last word; each lost race means progress of another.
    private const int MaxAttempts = 20;

    public async ValueTask<ApiKeyWriteResult> CreateAsync(
        TenantId tenant, ApiKeyAuthority granted, ApiKeyDefinition definition, AuditActor actor, CancellationToken cancellationToken)
    {
        var faults = await validator.CheckAsync(tenant, granted, definition, null, cancellationToken).ConfigureAwait(false);
        var (result, secret) = faults.IsEmpty
            ? await AddNewAsync(tenant, definition, actor, cancellationToken).ConfigureAwait(false)
            : (ApiKeyWriteResult.Invalid(faults), null);
        return result.Succeeded
            ? Finish(result, secret!)
            : await audit.RefusedAsync(tenant, actor, ApiKeyAudit.Create, null, definition.Name, result, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<ApiKeyWriteResult> UpdateAsync(
        TenantId tenant,
        ApiKeyAuthority granted,
        Guid id,
        ApiKeyDefinition definition,
        long? expectedVersion,
        AuditActor actor,
        CancellationToken cancellationToken) =>
        ChangeAsync(
            tenant,
            id,
            expectedVersion,
            actor,
            ApiKeyAudit.Update,
            async key =>
            {
                if (key.RevokedAt is not null)
                {
                    return (null, ApiKeyWriteResult.Refused(ApiKeyWriteOutcome.Revoked));
                }

                var faults = await validator.CheckAsync(tenant, granted, definition, key, cancellationToken).ConfigureAwait(false);
                if (!faults.IsEmpty)
                {
                    return (null, ApiKeyWriteResult.Invalid(faults));
                }

                return (Apply(key, definition), null);
            },
            cancellationToken);

    public ValueTask<ApiKeyWriteResult> RotateAsync(
        TenantId tenant,
        ApiKeyAuthority granted,
        Guid id,
        TimeSpan? overlap,
        long? expectedVersion,
        AuditActor actor,
        CancellationToken cancellationToken) =>
        rotator.RotateAsync(tenant, granted, id, overlap, expectedVersion, actor, cancellationToken);

    public async ValueTask<ApiKeyWriteResult> RevokeAsync(
        TenantId tenant, Guid id, string? reason, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken)
    {
        var faults = ReasonText.Check(reason);
        return !faults.IsEmpty
            ? await audit.RefusedAsync(tenant, actor, ApiKeyAudit.Revoke, id, null, ApiKeyWriteResult.Invalid(faults), cancellationToken).ConfigureAwait(false)
            : await ChangeAsync(
                tenant,
                id,
                expectedVersion,
                actor,
                ApiKeyAudit.Revoke,
                key => new(key.RevokedAt is null
                    ? (key with { RevokedAt = time.GetUtcNow(), RevokedReason = reason, Enabled = false }, null)
                    : (key, null)),
                cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<ApiKeyWriteResult> UnlockAsync(TenantId tenant, Guid id, AuditActor actor, CancellationToken cancellationToken)
    {
        var stored = await store.FindAsync(tenant, id, cancellationToken).ConfigureAwait(false);
        if (stored is null
            || !await store.LockAsync(tenant, id, null, null, audit.Unlocked(actor, stored), cancellationToken).ConfigureAwait(false))
        {
            return await NotFoundAsync(tenant, id, actor, ApiKeyAudit.Unlock, cancellationToken).ConfigureAwait(false);
        }

        Forget(id);
        return await ReadAsync(tenant, id).ConfigureAwait(false);
    }

    public async ValueTask<ApiKeyWriteResult> DeleteAsync(
        TenantId tenant, Guid id, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken)
    {
        var stored = await store.FindAsync(tenant, id, cancellationToken).ConfigureAwait(false);
        if (stored is null)
        {
            return await NotFoundAsync(tenant, id, actor, ApiKeyAudit.Delete, cancellationToken).ConfigureAwait(false);
        }

        var deletion = await store
            .DeleteAsync(tenant, id, expectedVersion, audit.Changed(actor, ApiKeyAudit.Delete, stored.Key, null), cancellationToken)
            .ConfigureAwait(false);
        if (!deletion.Succeeded)
        {
            return await audit
                .RefusedAsync(tenant, actor, ApiKeyAudit.Delete, id, stored.Key.Name, ToResult(deletion), cancellationToken)
                .ConfigureAwait(false);
        }

        Forget(id);
        logger.Deleted(id);
        return ApiKeyWriteResult.Success(stored);
    }

    public ValueTask<StoredApiKey?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) =>
        store.FindAsync(tenant, id, cancellationToken);

    public ValueTask<IReadOnlyList<StoredApiKey>> ListAsync(TenantId tenant, string? afterName, int limit, CancellationToken cancellationToken) =>
        store.ListAsync(tenant, afterName, limit, cancellationToken);

    private static ApiKey Apply(ApiKey key, ApiKeyDefinition definition) => key with
    {
        Name = definition.Name!,
        Description = definition.Description,
        Scopes = definition.Scopes,
        Enabled = definition.Enabled,
        ExpiresAt = definition.ExpiresAt,
        Owner = definition.Owner,
        AllowedServers = definition.AllowedServers,
        AllowedMethods = definition.AllowedMethods,
        AllowedAddresses = definition.AllowedAddresses,
        LimitPerHour = definition.LimitPerHour,
        LimitPerDay = definition.LimitPerDay,
    };

    private static ApiKeyWriteResult? Refuse(ApiKey? existing, long? expectedVersion) =>
        existing is null ? ApiKeyWriteResult.Refused(ApiKeyWriteOutcome.NotFound)
        : expectedVersion is { } version && version != existing.Version ? ApiKeyWriteResult.Refused(ApiKeyWriteOutcome.Stale)
        : null;

    private static ApiKeyWriteResult ToResult(StoreResult<ApiKey> result) => result.Outcome switch
    {
        StoreOutcome.Success => ApiKeyWriteResult.Success(new StoredApiKey(result.Value!, ApiKeyUsage.None, ApiKeyLockout.None)),
        StoreOutcome.Conflict => ApiKeyWriteResult.Conflict(result.ConflictField),
        StoreOutcome.NotFound => ApiKeyWriteResult.Refused(ApiKeyWriteOutcome.NotFound),
        _ => ApiKeyWriteResult.Refused(ApiKeyWriteOutcome.Stale),
    };

    private static ApiKeyWriteResult ToResult(StoreDeletion deletion) => deletion.Outcome switch
    {
        StoreOutcome.InUse => ApiKeyWriteResult.InUse(deletion.Uses, deletion.UsedBy),
        StoreOutcome.Stale => ApiKeyWriteResult.Refused(ApiKeyWriteOutcome.Stale),
        _ => ApiKeyWriteResult.Refused(ApiKeyWriteOutcome.NotFound),
    };

    private async ValueTask<(ApiKeyWriteResult Result, string Secret)> AddNewAsync(
        TenantId tenant, ApiKeyDefinition definition, AuditActor actor, CancellationToken cancellationToken)
    {
        var secret = ApiKeyFormat.Generate(options.Value.Environment);
        var key = Apply(composer.Compose(secret, definition.Name!, definition.Scopes, null) with { Tenant = tenant }, definition);
        var added = await writer.AddAsync(key, actor, cancellationToken).ConfigureAwait(false);
        return (added is { } result ? ToResult(result) : ApiKeyWriteResult.Refused(ApiKeyWriteOutcome.LimitReached), secret);
    }

    private async ValueTask<ApiKeyWriteResult> ChangeAsync(
        TenantId tenant,
        Guid id,
        long? expectedVersion,
        AuditActor actor,
        string action,
        Func<ApiKey, ValueTask<(ApiKey? Changed, ApiKeyWriteResult? Refusal)>> change,
        CancellationToken cancellationToken)
    {
        var result = await TryChangeAsync(
            tenant, id, expectedVersion, (before, after) => audit.Changed(actor, action, before, after), change, cancellationToken).ConfigureAwait(false);
        return result.Succeeded
            ? result
            : await audit.RefusedAsync(tenant, actor, action, id, null, result, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<ApiKeyWriteResult> TryChangeAsync(
        TenantId tenant,
        Guid id,
        long? expectedVersion,
        Func<ApiKey, ApiKey, AuditEvent> describe,
        Func<ApiKey, ValueTask<(ApiKey? Changed, ApiKeyWriteResult? Refusal)>> change,
        CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var existing = (await store.FindAsync(tenant, id, cancellationToken).ConfigureAwait(false))?.Key;
            if (Refuse(existing, expectedVersion) is { } refusal)
            {
                return refusal;
            }

            var (changed, reason) = await change(existing!).ConfigureAwait(false);
            if (changed is null)
            {
                return reason!;
            }

            if (ReferenceEquals(changed, existing))
            {
                return await ReadAsync(tenant, id).ConfigureAwait(false);
            }

            if (await writer.ChangeAsync(existing!, changed, describe(existing!, changed), cancellationToken).ConfigureAwait(false) is not { } result)
            {
                return ApiKeyWriteResult.Refused(ApiKeyWriteOutcome.LimitReached);
            }

            if (result.Outcome == StoreOutcome.Stale && expectedVersion is null && attempt < MaxAttempts)
            {
                continue;
            }

            Forget(id);
            return result.Succeeded ? await ReadAsync(tenant, id).ConfigureAwait(false) : ToResult(result);
        }
    }

    private ValueTask<ApiKeyWriteResult> NotFoundAsync(TenantId tenant, Guid id, AuditActor actor, string action, CancellationToken cancellationToken) =>
        audit.RefusedAsync(tenant, actor, action, id, null, ApiKeyWriteResult.Refused(ApiKeyWriteOutcome.NotFound), cancellationToken);

    private async ValueTask<ApiKeyWriteResult> ReadAsync(TenantId tenant, Guid id) =>
        await store.FindAsync(tenant, id, CancellationToken.None).ConfigureAwait(false) is { } stored
            ? ApiKeyWriteResult.Success(stored)
            : ApiKeyWriteResult.Refused(ApiKeyWriteOutcome.NotFound);

    private ApiKeyWriteResult Finish(ApiKeyWriteResult added, string secret)
    {
        if (!added.Succeeded)
        {
            return added;
        }

        unknown.Clear();
        logger.Created(added.Key.Key.Id, added.Key.Key.Tenant, added.Key.Key.Scopes);
        return ApiKeyWriteResult.Success(added.Key, secret);
    }

    /// <summary>The change feed tells this replica too, a moment later.</summary>
    private void Forget(Guid id) => cache.Remove(id);
}
