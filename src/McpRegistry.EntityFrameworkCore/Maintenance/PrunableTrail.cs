using McpRegistry.EntityFrameworkCore.Auditing;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Maintenance;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Maintenance;

/// <summary>
/// The audit trail. Only the beginning of a chain may go, and the head keeps number and hash of the last row that went, so
/// that what stays can be verified. A young row therefore keeps all rows behind it, whatever their age.
/// </summary>
internal sealed class PrunableTrail(IDatabaseProvider provider) : IPrunableTable
{
    private const string Table = "audit_events";
    private const string DateColumn = "occurred_at";
    private const string TenantColumn = "tenant_id";

    public RetentionTable Description { get; } = new()
    {
        Name = Table,
        DateColumns = [DateColumn],
        ConditionColumns = [new RetentionColumn(TenantColumn, RetentionValueKind.Id)],
    };

    public async Task<long> CountAsync(RegistryDbContext context, RetentionSelection selection, CancellationToken cancellationToken)
    {
        var (before, tenant) = Read(selection);
        var count = await Unchained(context, before, tenant).LongCountAsync(cancellationToken).ConfigureAwait(false);
        foreach (var chain in await Ripe(context, before, tenant).AsNoTracking().ToListAsync(cancellationToken).ConfigureAwait(false))
        {
            await foreach (var time in Rows(context, chain).Select(x => x.OccurredAt).AsAsyncEnumerable().WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                if (time >= before)
                {
                    break;
                }

                count++;
            }
        }

        return count;
    }

    public async Task<int> DeleteAsync(RegistryDbContext context, RetentionSelection selection, int limit, CancellationToken cancellationToken)
    {
        var (before, tenant) = Read(selection);
        var unchained = await Unchained(context, before, tenant)
            .Select(x => x.TenantId)
            .Distinct()
            .OrderBy(x => x)
            .Take(limit)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        var ripe = await Ripe(context, before, tenant)
            .OrderBy(x => x.TenantId)
            .Select(x => x.TenantId)
            .Take(limit)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);

        // All at once, since heads are held in one order.
        var heads = await provider.Bulk.HoldChains(context, [.. unchained.Union(ripe)]).AsNoTracking().ToListAsync(cancellationToken).ConfigureAwait(false);
        var deleted = 0;
        foreach (var id in unchained.TakeWhile(_ => deleted < limit))
        {
            deleted += await DeleteUnchainedAsync(context, id, before, limit - deleted, cancellationToken).ConfigureAwait(false);
        }

        foreach (var chain in heads.Where(chain => ripe.Contains(chain.TenantId)).TakeWhile(_ => deleted < limit))
        {
            deleted += await ShortenAsync(context, chain, before, limit - deleted, cancellationToken).ConfigureAwait(false);
        }

        return deleted;
    }

    private static (DateTimeOffset Before, Guid? Tenant) Read(RetentionSelection selection)
    {
        if (!string.Equals(selection.DateColumn, DateColumn, StringComparison.Ordinal))
        {
            throw new ArgumentException($"{Table} is pruned by {DateColumn} only.", nameof(selection));
        }

        Guid? tenant = null;
        foreach (var condition in selection.Conditions)
        {
            tenant = string.Equals(condition.Column, TenantColumn, StringComparison.Ordinal) && (tenant is null || tenant == (Guid)condition.Value)
                ? (Guid)condition.Value
                : throw new ArgumentException($"{Table} is not pruned by {condition.Column}: a chain is only shortened from its beginning.", nameof(selection));
        }

        return (StoredTime.Normalize(selection.Before), tenant);
    }

    /// <summary>Rows from before their chain.</summary>
    private static IQueryable<AuditEventEntity> Unchained(RegistryDbContext context, DateTimeOffset before, Guid? tenant) =>
        context.AuditEvents.Where(x => x.Sequence == null && x.OccurredAt < before && (tenant == null || x.TenantId == tenant));

    /// <summary>The head knows how many there were, and would otherwise have room for as many that somebody puts in.</summary>
    private static async Task<int> DeleteUnchainedAsync(
        RegistryDbContext context, Guid tenant, DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        var deleted = await Unchained(context, before, tenant)
            .OrderBy(x => x.Id)
            .Take(limit)
            .ExecuteDeleteAsync(cancellationToken)
            .ConfigureAwait(false);
        await context.AuditChains
            .Where(x => x.TenantId == tenant)
            .ExecuteUpdateAsync(
                set => set.SetProperty(x => x.UnchainedBefore, x => x.UnchainedBefore > deleted ? x.UnchainedBefore - deleted : 0), cancellationToken)
            .ConfigureAwait(false);
        return deleted;
    }

    /// <summary>Chains whose first row is old enough.</summary>
    private static IQueryable<AuditChainEntity> Ripe(RegistryDbContext context, DateTimeOffset before, Guid? tenant) => context.AuditChains
        .Where(chain => (tenant == null || chain.TenantId == tenant) && context.AuditEvents
            .Where(x => x.TenantId == chain.TenantId && x.Sequence > chain.AnchorSequence)
            .OrderBy(x => x.Sequence)
            .Select(x => (DateTimeOffset?)x.OccurredAt)
            .FirstOrDefault() < before);

    private static IQueryable<AuditEventEntity> Rows(RegistryDbContext context, AuditChainEntity chain) => context.AuditEvents
        .AsNoTracking()
        .Where(x => x.TenantId == chain.TenantId && x.Sequence > chain.AnchorSequence && x.Sequence <= chain.Sequence)
        .OrderBy(x => x.Sequence);

    private static async Task<int> ShortenAsync(
        RegistryDbContext context, AuditChainEntity chain, DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        var first = await Rows(context, chain)
            .Take(limit)
            .Select(x => new { x.Sequence, x.OccurredAt, x.Hash })
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        if (first.TakeWhile(x => x.OccurredAt < before).LastOrDefault() is not { } last)
        {
            return 0;
        }

        var deleted = await context.AuditEvents
            .Where(x => x.TenantId == chain.TenantId && x.Sequence > chain.AnchorSequence && x.Sequence <= last.Sequence)
            .ExecuteDeleteAsync(cancellationToken)
            .ConfigureAwait(false);
        await context.AuditChains
            .Where(x => x.TenantId == chain.TenantId)
            .ExecuteUpdateAsync(
                set => set.SetProperty(x => x.AnchorSequence, last.Sequence!.Value).SetProperty(x => x.AnchorHash, last.Hash ?? Array.Empty<byte>()),
                cancellationToken)
            .ConfigureAwait(false);
        return deleted;
    }
}
