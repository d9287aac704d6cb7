using McpRegistry.Auditing;
using McpRegistry.Storage;

namespace McpRegistry.ApiKeys;

/// <summary>Writes keys so that their tenant keeps to its limit, whatever others write meanwhile.</summary>
internal sealed class ApiKeyWriter(IApiKeyStore store, ApiKeyQuota quota, ApiKeyCache cache, ApiKeyAudit audit, TimeProvider time)
{
    // Each lost race means progress of another.
    private const int MaxAttempts = 20;

    /// <summary>Adds a key; null when the tenant has no room for it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="actor">Who adds it.</param>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    public ValueTask<StoreResult<ApiKey>?> AddAsync(ApiKey key, AuditActor actor, CancellationToken cancellationToken) => WriteAsync(
        key,
        0,
        () => store.AddAsync(key.Tenant, key, audit.Changed(actor, ApiKeyAudit.Create, null, key), cancellationToken),
        TakeBackAsync,
        cancellationToken);

    /// <summary>Writes a change; null when it brings back a key that had ended, or has one live longer, and the tenant has no room for that.</summary>
    /// <param name="before">The key as it is.</param>
    /// <param name="after">The key as it will be.</param>
    /// <param name="change">The event of the change.</param>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    public async ValueTask<StoreResult<ApiKey>?> ChangeAsync(ApiKey before, ApiKey after, AuditEvent change, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var counts = ApiKeyQuota.Counts(before, now);
        if (!ApiKeyQuota.Counts(after, now) || (counts && !EndsLater(before, after)))
        {
            return await store.UpdateAsync(after.Tenant, after, change, cancellationToken).ConfigureAwait(false);
        }

        // A key that counts has its place, but not for longer while its tenant has one key too many: it is being replaced.
        return await WriteAsync(
            after,
            counts ? 1 : 0,
            () => store.UpdateAsync(after.Tenant, after, change, cancellationToken),
            written => TakeBackAsync(before, written),
            cancellationToken).ConfigureAwait(false);
    }

    private static bool EndsLater(ApiKey before, ApiKey after) => (after.ExpiresAt ?? DateTimeOffset.MaxValue) > (before.ExpiresAt ?? DateTimeOffset.MaxValue);

    private async ValueTask<StoreResult<ApiKey>?> WriteAsync(
        ApiKey key, int spare, Func<ValueTask<StoreResult<ApiKey>>> write, Func<ApiKey, ValueTask> takeBack, CancellationToken cancellationToken)
    {
        StoreResult<ApiKey>? result = null;
        var fits = await quota.AddAsync(
            key.Tenant,
            spare,
            async () =>
            {
                var written = await write().ConfigureAwait(false);
                result = written;
                return written.Value;
            },
            takeBack,
            cancellationToken).ConfigureAwait(false);
        return fits ? result : null;
    }

    /// <summary>Deletes a key whose text nobody was given, or revokes it when somebody was fast enough to make a rule about it.</summary>
    private async ValueTask TakeBackAsync(ApiKey added)
    {
        var gone = audit.Changed(AuditActor.System, ApiKeyAudit.Delete, added, null);
        if ((await store.DeleteAsync(added.Tenant, added.Id, null, gone, CancellationToken.None).ConfigureAwait(false)).Outcome != StoreOutcome.InUse)
        {
            return;
        }

        var revoked = added with { RevokedAt = time.GetUtcNow(), Enabled = false };
        await store
            .UpdateAsync(added.Tenant, revoked, audit.Changed(AuditActor.System, ApiKeyAudit.Revoke, added, revoked), CancellationToken.None)
            .ConfigureAwait(false);
    }

    /// <summary>Undoes a change. Of a key that somebody has changed again meanwhile only the end is put back.</summary>
    private async ValueTask TakeBackAsync(ApiKey before, ApiKey written)
    {
        var (current, undone) = (written, before with { Version = written.Version });
        for (var attempt = 1; ; attempt++)
        {
            var takenBack = audit.Changed(AuditActor.System, ApiKeyAudit.Update, current, undone);
            var result = await store.UpdateAsync(undone.Tenant, undone, takenBack, CancellationToken.None).ConfigureAwait(false);
            cache.Remove(before.Id);
            if (result.Outcome is StoreOutcome.Success or StoreOutcome.NotFound
                || (await store.FindAsync(before.Tenant, before.Id, CancellationToken.None).ConfigureAwait(false))?.Key is not { } now
                || !EndsLater(before, now))
            {
                return;
            }

            if (attempt == MaxAttempts)
            {
                throw new InvalidOperationException($"The key {before.Id} is one too many for its tenant and could not be ended, because it kept changing; revoke it.");
            }

            (current, undone) = (now, now with { ExpiresAt = before.ExpiresAt });
        }
    }
}
