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
    ApiKeyCache cache,
    UnknownKeys unknown,
    ApiKeyAudit audit,
    TimeProvider time,
    IOptions<ApiKeyOptions> options,
    ILogger<ApiKeyRegistrar> logger) : IApiKeyRegistrar
{
    // A caller without a version wants the last word, and a successor a free name; each lost race means progress of another.
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

    public async ValueTask<ApiKeyWriteResult> RotateAsync(
        TenantId tenant,
        ApiKeyAuthority granted,
        Guid id,
        TimeSpan? overlap,
        long? expectedVersion,
        AuditActor actor,
        CancellationToken cancellationToken)
    {
        var old = (await store.FindAsync(tenant, id, cancellationToken).ConfigureAwait(false))?.Key;
        var refusal = Refuse(old, expectedVersion);
        var faults = refusal is null ? ApiKeyDefinitionValidator.CheckRotation(old!, granted, overlap, EndOfSuccessor(old!, time.GetUtcNow())) : [];
        refusal ??= !faults.IsEmpty ? ApiKeyWriteResult.Invalid(faults)
            : old!.RevokedAt is not null ? ApiKeyWriteResult.Refused(ApiKeyWriteOutcome.Revoked)
            : null;
        var result = refusal ?? await ReplaceAsync(old!, overlap, expectedVersion, actor, cancellationToken).ConfigureAwait(false);
        return result.Succeeded
            ? result
            : await audit.RefusedAsync(tenant, actor, ApiKeyAudit.Rotate, id, old?.Name, result, cancellationToken).ConfigureAwait(false);
    }

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

    public async ValueTask<ApiKeyWriteResult> DeleteAsync(TenantId tenant, Guid id, AuditActor actor, CancellationToken cancellationToken)
    {
        var stored = await store.FindAsync(tenant, id, cancellationToken).ConfigureAwait(false);
        if (stored is null)
        {
            return await NotFoundAsync(tenant, id, actor, ApiKeyAudit.Delete, cancellationToken).ConfigureAwait(false);
        }

        var deletion = await store
            .DeleteAsync(tenant, id, audit.Changed(actor, ApiKeyAudit.Delete, stored.Key, null), cancellationToken)
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

    private static DateTimeOffset? EndOfSuccessor(ApiKey old, DateTimeOffset created) => created + (old.ExpiresAt - old.CreatedAt);

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
        return (await AddAsync(key, spare: 0, actor, cancellationToken).ConfigureAwait(false), secret);
    }

    private async ValueTask<ApiKeyWriteResult> AddAsync(ApiKey key, int spare, AuditActor actor, CancellationToken cancellationToken) =>
        await writer.AddAsync(key, spare, actor, cancellationToken).ConfigureAwait(false) is { } result
            ? ToResult(result)
            : ApiKeyWriteResult.Refused(ApiKeyWriteOutcome.LimitReached);

    /// <summary>Adds the new key of a rotation and ends the old one.</summary>
    private async ValueTask<ApiKeyWriteResult> ReplaceAsync(
        ApiKey old, TimeSpan? overlap, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken)
    {
        var secret = ApiKeyFormat.Generate(options.Value.Environment);
        var fresh = composer.Compose(secret, SuccessorName.Of(old.Name), old.Scopes, null);
        var successor = old with
        {
            Id = fresh.Id,
            Name = fresh.Name,
            LookupId = fresh.LookupId,
            Salt = fresh.Salt,
            Hash = fresh.Hash,
            LastFour = fresh.LastFour,
            CreatedAt = fresh.CreatedAt,
            ExpiresAt = EndOfSuccessor(old, fresh.CreatedAt),
            RotatedFrom = old.Id,
        };

        // The place of a key that counts is taken twice for as long as both are there; one that has ended leaves none.
        var added = await AddSuccessorAsync(successor, ApiKeyQuota.Counts(old, fresh.CreatedAt) ? 1 : 0, actor, cancellationToken).ConfigureAwait(false);
        if (!added.Succeeded)
        {
            return added;
        }

        // Without cancellation from here on, since the new key is there.
        var end = fresh.CreatedAt + (overlap ?? options.Value.RotationOverlap);
        var ended = await EndAsync(old, end, expectedVersion, actor, fresh.Id).ConfigureAwait(false);
        if (!ended.Succeeded)
        {
            var takenBack = audit.Changed(AuditActor.System, ApiKeyAudit.Delete, added.Key.Key, null);
            await store.DeleteAsync(old.Tenant, fresh.Id, takenBack, CancellationToken.None).ConfigureAwait(false);
            return ended;
        }

        logger.Rotated(old.Id, fresh.Id, end);
        return Finish(added, secret);
    }

    private async ValueTask<ApiKeyWriteResult> AddSuccessorAsync(ApiKey successor, int spare, AuditActor actor, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var added = await AddAsync(successor, spare, actor, cancellationToken).ConfigureAwait(false);
            if (added is not { Outcome: ApiKeyWriteOutcome.Conflict, ConflictField: "name" } || attempt == MaxAttempts)
            {
                return added;
            }

            successor = successor with { Name = SuccessorName.Of(successor.Name) };
        }
    }

    /// <summary>Ends the old key of a rotation, unless it ends earlier anyway.</summary>
    private ValueTask<ApiKeyWriteResult> EndAsync(ApiKey old, DateTimeOffset end, long? expectedVersion, AuditActor actor, Guid successor) => TryChangeAsync(
        old.Tenant,
        old.Id,
        expectedVersion,
        (before, after) => audit.Rotated(actor, before, after, successor),
        key => new(key.RevokedAt is not null
            ? (null, ApiKeyWriteResult.Refused(ApiKeyWriteOutcome.Revoked))
            : (key with { ExpiresAt = key.ExpiresAt < end ? key.ExpiresAt : end }, null)),
        CancellationToken.None);

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
