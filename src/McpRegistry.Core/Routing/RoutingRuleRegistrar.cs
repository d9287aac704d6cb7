using System.Diagnostics.CodeAnalysis;
using McpRegistry.Auditing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.Extensions.Options;

namespace McpRegistry.Routing;

/// <summary>The one way by which callers change routing rules: validate, write together with the audit event, put in force.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A late addition may still wait for its turn; it holds nothing to release, and disposed of it would leave that one waiting for ever.")]
internal sealed class RoutingRuleRegistrar(
    IRoutingRuleStore store, RoutingRules rules, RoutingRuleAudit audit, IOptions<RoutingOptions> options, TimeProvider time) : IRoutingRuleRegistrar
{
    // A caller without a version wants the last word; each lost race means that somebody else made progress.
    private const int MaxAttempts = 5;

    // Additions wait for each other, so that none counts before another has written.
    private readonly SemaphoreSlim _turn = new(1);

    public async ValueTask<RoutingRuleWriteResult> AddAsync(
        TenantId tenant, RoutingRuleDefinition definition, AuditActor actor, CancellationToken cancellationToken)
    {
        var rule = RoutingRuleValidator.Create(tenant, definition, time.GetUtcNow());
        var result = await TryAddAsync(tenant, rule, actor, cancellationToken).ConfigureAwait(false);
        return result.Succeeded
            ? result
            : await audit.RefusedAsync(tenant, actor, RoutingRuleAudit.Create, null, rule.Name, result, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<RoutingRuleWriteResult> UpdateAsync(
        TenantId tenant, Guid id, RoutingRuleDefinition definition, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken)
    {
        var result = await TryUpdateAsync(tenant, id, definition, expectedVersion, actor, cancellationToken).ConfigureAwait(false);
        return result.Succeeded
            ? result
            : await audit.RefusedAsync(tenant, actor, RoutingRuleAudit.Update, id, definition.Name, result, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<RoutingRuleWriteResult> DeleteAsync(
        TenantId tenant, Guid id, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken)
    {
        var existing = await store.FindAsync(tenant, id, cancellationToken).ConfigureAwait(false);
        var deletion = existing is null
            ? StoreDeletion.NotFound()
            : await store
                .DeleteAsync(tenant, id, expectedVersion, audit.Changed(actor, RoutingRuleAudit.Delete, existing, null), cancellationToken)
                .ConfigureAwait(false);
        if (existing is null || !deletion.Succeeded)
        {
            var refusal = deletion.Outcome == StoreOutcome.Stale ? RoutingRuleWriteResult.Stale() : RoutingRuleWriteResult.NotFound();
            return await audit.RefusedAsync(tenant, actor, RoutingRuleAudit.Delete, id, existing?.Name, refusal, cancellationToken).ConfigureAwait(false);
        }

        rules.Remove(rule => rule.Id == id);
        return RoutingRuleWriteResult.Success(existing);
    }

    private async ValueTask<RoutingRuleWriteResult> TryAddAsync(TenantId tenant, RoutingRule rule, AuditActor actor, CancellationToken cancellationToken)
    {
        var faults = RoutingRuleValidator.Validate(rule, out _);
        if (!faults.IsEmpty)
        {
            return RoutingRuleWriteResult.Invalid(faults);
        }

        var removals = rules.Removals;
        return await StoreAsync(tenant, rule, actor, cancellationToken).ConfigureAwait(false) is { } added
            ? await TakeAsync(added, removals, cancellationToken).ConfigureAwait(false)
            : RoutingRuleWriteResult.LimitReached();
    }

    /// <summary>Adds a rule to the store; null when the tenant has as many as it may have.</summary>
    private async ValueTask<StoreResult<RoutingRule>?> StoreAsync(TenantId tenant, RoutingRule rule, AuditActor actor, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await store.CountAsync(tenant, cancellationToken).ConfigureAwait(false) >= options.Value.MaxRules
                ? null
                : await store.AddAsync(tenant, rule, audit.Changed(actor, RoutingRuleAudit.Create, null, rule), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async ValueTask<RoutingRuleWriteResult> TryUpdateAsync(
        TenantId tenant, Guid id, RoutingRuleDefinition definition, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await store.FindAsync(tenant, id, cancellationToken).ConfigureAwait(false) is not { } existing)
            {
                return RoutingRuleWriteResult.NotFound();
            }

            if (expectedVersion is { } version && version != existing.Version)
            {
                return RoutingRuleWriteResult.Stale();
            }

            var rule = RoutingRuleValidator.Apply(definition, existing with { UpdatedAt = time.GetUtcNow() });
            var faults = RoutingRuleValidator.Validate(rule, out _);
            if (!faults.IsEmpty)
            {
                return RoutingRuleWriteResult.Invalid(faults);
            }

            if (rule with { UpdatedAt = existing.UpdatedAt } == existing)
            {
                return RoutingRuleWriteResult.Success(existing);
            }

            var changed = audit.Changed(actor, RoutingRuleAudit.Update, existing, rule);
            var removals = rules.Removals;
            var updated = await store.UpdateAsync(tenant, rule, changed, cancellationToken).ConfigureAwait(false);
            var result = await TakeAsync(updated, removals, cancellationToken).ConfigureAwait(false);
            if (result.Outcome != RoutingRuleWriteOutcome.Stale || expectedVersion is not null || attempt == MaxAttempts)
            {
                return result;
            }
        }
    }

    private async ValueTask<RoutingRuleWriteResult> TakeAsync(StoreResult<RoutingRule> result, long removals, CancellationToken cancellationToken)
    {
        if (result.Succeeded)
        {
            await rules.SaveWrittenAsync(result.Value, removals, store.FindAsync, cancellationToken).ConfigureAwait(false);
            return RoutingRuleWriteResult.Success(result.Value);
        }

        return result.Outcome switch
        {
            StoreOutcome.NotFound => RoutingRuleWriteResult.NotFound(),
            StoreOutcome.Conflict => RoutingRuleWriteResult.Conflict(result.ConflictField),
            _ => RoutingRuleWriteResult.Stale(),
        };
    }
}
