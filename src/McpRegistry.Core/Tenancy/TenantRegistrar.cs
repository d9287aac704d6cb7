using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.Servers.Validation;
using McpRegistry.Storage;
using Microsoft.Extensions.Logging;

namespace McpRegistry.Tenancy;

/// <summary>
/// The one way by which callers change tenants: validate, write, tell what remembers them here. Other replicas hear of it by the change
/// feed; here it holds for the next request.
/// </summary>
internal sealed class TenantRegistrar(
    ITenantStore store, TenantDirectory directory, ApiKeyCache keys, TenantHoldings holdings, TenantAudit audit, TimeProvider time,
    ILogger<TenantRegistrar> logger) : ITenantRegistrar
{
    // A caller without a version wants the last word; each lost race means that somebody else made progress.
    private const int MaxAttempts = 5;

    public async ValueTask<TenantWriteResult> CreateAsync(TenantDefinition definition, AuditActor actor, CancellationToken cancellationToken)
    {
        if (TenantDefinitionValidator.Validate(definition, isNew: true) is { IsEmpty: false } faults)
        {
            return await RefuseAsync(TenantWriteResult.Invalid(faults)).ConfigureAwait(false);
        }

        var now = time.GetUtcNow();
        var tenant = Describe(definition, new Tenant
        {
            Id = new TenantId(Guid.CreateVersion7(now)), Slug = definition.Slug!, Name = definition.Name!, CreatedAt = now, UpdatedAt = now,
        });
        var removals = directory.Removals;
        var result = await store.AddAsync(tenant, audit.Changed(actor, TenantAudit.Create, null, tenant), cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded)
        {
            return await RefuseAsync(ToResult(result)).ConfigureAwait(false);
        }

        await directory.PutWrittenAsync(result.Value, removals, store.FindAsync, cancellationToken).ConfigureAwait(false);
        logger.Added(result.Value.Slug, result.Value.Id);
        return TenantWriteResult.Success(result.Value);

        ValueTask<TenantWriteResult> RefuseAsync(TenantWriteResult refusal) =>
            audit.RefusedAsync(TenantId.Global, actor, TenantAudit.Create, null, refusal, cancellationToken);
    }

    public async ValueTask<TenantWriteResult> UpdateAsync(
        TenantId tenant, TenantDefinition definition, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken)
    {
        var faults = TenantDefinitionValidator.Validate(definition, isNew: false);
        return faults.IsEmpty
            ? await ChangeAsync(tenant, stored => Describe(definition, stored), null, expectedVersion, actor, cancellationToken).ConfigureAwait(false)
            : await audit.RefusedAsync(tenant, actor, TenantAudit.Update, null, TenantWriteResult.Invalid(faults), cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<TenantWriteResult> SetStatusAsync(
        TenantId tenant, TenantStatus status, string? reason, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken) =>
        ReasonText.Check(reason) is { IsEmpty: false } faults
            ? audit.RefusedAsync(tenant, actor, TenantAudit.Update, null, TenantWriteResult.Invalid(faults), cancellationToken)
            : ChangeAsync(tenant, stored => stored with { Status = status }, reason, expectedVersion, actor, cancellationToken);

    public async ValueTask<TenantWriteResult> DeleteAsync(
        TenantId tenant, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken)
    {
        var result = await TryDeleteAsync(tenant, expectedVersion, actor, cancellationToken).ConfigureAwait(false);
        return result.Succeeded
            ? result
            : await audit.RefusedAsync(tenant, actor, TenantAudit.Delete, null, result, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<Tenant?> FindAsync(TenantId tenant, CancellationToken cancellationToken) => store.FindAsync(tenant, cancellationToken);

    public ValueTask<Tenant?> FindBySlugAsync(string slug, CancellationToken cancellationToken) => store.FindBySlugAsync(slug, cancellationToken);

    public ValueTask<IReadOnlyList<Tenant>> ListAsync(string? afterSlug, int limit, CancellationToken cancellationToken) =>
        store.ListAsync(afterSlug, limit, cancellationToken);

    private static Tenant Describe(TenantDefinition definition, Tenant stored) => stored with
    {
        Slug = definition.Slug ?? stored.Slug,
        Name = definition.Name!,
        Description = definition.Description,
        Status = definition.Status ?? stored.Status,
        MaxServers = definition.MaxServers,
        MaxApiKeys = definition.MaxApiKeys,
        Settings = SaySame(definition.Settings, stored.Settings) ? stored.Settings : definition.Settings,
    };

    private static bool SaySame(string first, string second)
    {
        using var one = JsonDocument.Parse(first);
        using var other = JsonDocument.Parse(second);
        return JsonElement.DeepEquals(one.RootElement, other.RootElement);
    }

    private static TenantWriteResult ToResult(StoreResult<Tenant> result) => result.Outcome switch
    {
        StoreOutcome.NotFound => TenantWriteResult.NotFound(),
        StoreOutcome.Conflict => TenantWriteResult.Conflict(result.ConflictField),
        _ => TenantWriteResult.Stale(),
    };

    private async ValueTask<TenantWriteResult> TryDeleteAsync(
        TenantId tenant, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(tenant, cancellationToken).ConfigureAwait(false) is not { } stored)
        {
            return TenantWriteResult.NotFound();
        }

        if (await holdings.FindAsync(tenant, cancellationToken).ConfigureAwait(false) is { IsEmpty: false } held)
        {
            return TenantWriteResult.InUse(held);
        }

        var deletion = await store
            .DeleteAsync(tenant, expectedVersion, audit.Changed(actor, TenantAudit.Delete, stored, null), cancellationToken)
            .ConfigureAwait(false);
        if (!deletion.Succeeded)
        {
            return deletion.Outcome == StoreOutcome.Stale ? TenantWriteResult.Stale() : TenantWriteResult.NotFound();
        }

        directory.Remove(tenant);
        keys.Remove(tenant.Value);
        logger.Deleted(stored.Slug, tenant);
        return TenantWriteResult.Success(stored);
    }

    private async ValueTask<TenantWriteResult> ChangeAsync(
        TenantId tenant, Func<Tenant, Tenant> change, string? reason, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken)
    {
        var result = await TryChangeAsync(tenant, change, reason, expectedVersion, actor, cancellationToken).ConfigureAwait(false);
        return result.Succeeded
            ? result
            : await audit.RefusedAsync(tenant, actor, TenantAudit.Update, null, result, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<TenantWriteResult> TryChangeAsync(
        TenantId tenant, Func<Tenant, Tenant> change, string? reason, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await store.FindAsync(tenant, cancellationToken).ConfigureAwait(false) is not { } stored)
            {
                return TenantWriteResult.NotFound();
            }

            if (expectedVersion is { } version && version != stored.Version)
            {
                return TenantWriteResult.Stale();
            }

            var wanted = change(stored);
            if (wanted == stored)
            {
                return TenantWriteResult.Success(stored);
            }

            var removals = directory.Removals;
            var result = await store
                .UpdateAsync(wanted with { UpdatedAt = time.GetUtcNow() }, audit.Changed(actor, TenantAudit.Update, stored, wanted, reason), cancellationToken)
                .ConfigureAwait(false);
            if (result.Outcome == StoreOutcome.Stale && expectedVersion is null && attempt < MaxAttempts)
            {
                continue;
            }

            if (!result.Succeeded)
            {
                return ToResult(result);
            }

            await directory.PutWrittenAsync(result.Value, removals, store.FindAsync, cancellationToken).ConfigureAwait(false);
            keys.Remove(tenant.Value);
            logger.Changed(result.Value.Slug, tenant, result.Value.Version, result.Value.Status);
            return TenantWriteResult.Success(result.Value);
        }
    }
}
