using System.Collections.Immutable;
using McpRegistry.Auditing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.AccessControl;

/// <summary>The one way by which callers change access rules: validate, write together with the audit event, put in force.</summary>
internal sealed class AccessRuleRegistrar(
    IAccessRuleStore store, AccessRuleValidator validator, AccessRules rules, AccessRuleAudit audit, TimeProvider time) : IAccessRuleRegistrar
{
    // A caller without a version wants the last word; each lost race means that somebody else made progress.
    private const int MaxAttempts = 5;

    public async ValueTask<AccessRuleWriteResult> AddAsync(
        TenantId tenant, AccessRuleDefinition definition, AuditActor actor, CancellationToken cancellationToken)
    {
        var result = await TryAddAsync(tenant, Normalize(definition), actor, cancellationToken).ConfigureAwait(false);
        return await ToldAsync(tenant, actor, AccessRuleAudit.Create, null, result, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<AccessRuleWriteResult> UpdateAsync(
        TenantId tenant, Guid id, AccessRuleDefinition definition, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken)
    {
        var result = await TryUpdateAsync(tenant, id, Normalize(definition), expectedVersion, actor, cancellationToken).ConfigureAwait(false);
        return await ToldAsync(tenant, actor, AccessRuleAudit.Update, id, result, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<AccessRuleWriteResult> DeleteAsync(
        TenantId tenant, Guid id, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken)
    {
        var result = await TryDeleteAsync(tenant, id, expectedVersion, actor, cancellationToken).ConfigureAwait(false);
        return await ToldAsync(tenant, actor, AccessRuleAudit.Delete, id, result, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<AccessRuleWriteResult> TryDeleteAsync(
        TenantId tenant, Guid id, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(tenant, id, cancellationToken).ConfigureAwait(false) is not { } existing)
        {
            return AccessRuleWriteResult.NotFound();
        }

        var deletion = await store
            .DeleteAsync(tenant, id, expectedVersion, audit.Changed(actor, AccessRuleAudit.Delete, existing, null), cancellationToken)
            .ConfigureAwait(false);
        if (!deletion.Succeeded)
        {
            return deletion.Outcome == StoreOutcome.Stale ? AccessRuleWriteResult.Stale() : AccessRuleWriteResult.NotFound();
        }

        rules.Remove(rule => rule.Id == id);
        return AccessRuleWriteResult.Success(existing);
    }

    private async ValueTask<AccessRuleWriteResult> TryAddAsync(
        TenantId tenant, AccessRuleDefinition definition, AuditActor actor, CancellationToken cancellationToken)
    {
        var faults = await validator.ValidateAsync(tenant, definition, null, cancellationToken).ConfigureAwait(false);
        if (!faults.IsEmpty)
        {
            return AccessRuleWriteResult.Invalid(faults);
        }

        var now = time.GetUtcNow();
        var rule = Apply(definition, new AccessRule
        {
            Id = Guid.CreateVersion7(now),
            Tenant = tenant,
            ServerId = definition.ServerId,
            Subject = definition.Subject,
            CreatedAt = now,
            UpdatedAt = now,
        });
        var removals = rules.Removals;
        var added = await store.AddAsync(tenant, rule, audit.Changed(actor, AccessRuleAudit.Create, null, rule), cancellationToken).ConfigureAwait(false);
        return await TakeAsync(added, removals, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<AccessRuleWriteResult> TryUpdateAsync(
        TenantId tenant, Guid id, AccessRuleDefinition definition, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await store.FindAsync(tenant, id, cancellationToken).ConfigureAwait(false) is not { } existing)
            {
                return AccessRuleWriteResult.NotFound();
            }

            if (expectedVersion is { } version && version != existing.Version)
            {
                return AccessRuleWriteResult.Stale();
            }

            var faults = await validator.ValidateAsync(tenant, definition, existing, cancellationToken).ConfigureAwait(false);
            if (!faults.IsEmpty)
            {
                return AccessRuleWriteResult.Invalid(faults);
            }

            var rule = Apply(definition, existing with { UpdatedAt = time.GetUtcNow() });
            var changed = audit.Changed(actor, AccessRuleAudit.Update, existing, rule);
            var removals = rules.Removals;
            var updated = await store.UpdateAsync(tenant, rule, changed, cancellationToken).ConfigureAwait(false);
            var result = await TakeAsync(updated, removals, cancellationToken).ConfigureAwait(false);
            if (result.Outcome != AccessRuleWriteOutcome.Stale || expectedVersion is not null || attempt == MaxAttempts)
            {
                return result;
            }
        }
    }

    private async ValueTask<AccessRuleWriteResult> ToldAsync(
        TenantId tenant, AuditActor actor, string action, Guid? id, AccessRuleWriteResult result, CancellationToken cancellationToken)
    {
        if (result.Outcome != AccessRuleWriteOutcome.Success)
        {
            await audit.RefusedAsync(tenant, actor, action, id, AccessRuleAudit.Reason(result), cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    private async ValueTask<AccessRuleWriteResult> TakeAsync(StoreResult<AccessRule> result, long removals, CancellationToken cancellationToken)
    {
        if (result.Succeeded)
        {
            await rules.SaveWrittenAsync(result.Value, removals, store.FindAsync, cancellationToken).ConfigureAwait(false);
            return AccessRuleWriteResult.Success(result.Value);
        }

        return result.Outcome switch
        {
            StoreOutcome.NotFound => AccessRuleWriteResult.NotFound(),
            StoreOutcome.Stale => AccessRuleWriteResult.Stale(),

            // It went between the check and the write.
            _ => AccessRuleWriteResult.Invalid([new ValidationFault(
                result.ConflictField == "serverId" ? "serverId" : "subject.id", "not_found", $"There is no such {(result.ConflictField == "serverId" ? "server" : "subject")}.")]),
        };
    }

    private static AccessRule Apply(AccessRuleDefinition definition, AccessRule rule) => rule with
    {
        ServerId = definition.ServerId,
        Subject = definition.Subject,
        Permissions = definition.Permissions,
        AllowedMethods = definition.AllowedMethods,
        DeniedMethods = definition.DeniedMethods,
        AllowedDays = definition.AllowedDays,
        AllowedHours = definition.AllowedHours,
        TimeZone = definition.TimeZone,
        StartsAt = definition.StartsAt,
        EndsAt = definition.EndsAt,
        IsActive = definition.IsActive,
    };

    private static AccessRuleDefinition Normalize(AccessRuleDefinition definition) => definition with
    {
        AllowedMethods = Distinct(definition.AllowedMethods),
        DeniedMethods = Distinct(definition.DeniedMethods),
        AllowedDays = Distinct(definition.AllowedDays),
        AllowedHours = Distinct(definition.AllowedHours),
    };

    private static ImmutableArray<T> Distinct<T>(ImmutableArray<T> values) => values.IsDefaultOrEmpty ? [] : [.. values.Distinct()];
}
