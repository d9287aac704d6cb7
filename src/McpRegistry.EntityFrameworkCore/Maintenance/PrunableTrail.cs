using System.Globalization;
using System.Text.Json.Nodes;
using McpRegistry.Auditing;
using McpRegistry.EntityFrameworkCore.Auditing;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Maintenance;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Maintenance;

/// <summary>
/// The audit trail. Only the beginning of a chain may go, and the head keeps number and hash of the last row that went, so
/// that what stays can be verified. A young row therefore keeps all rows behind it, whatever their age. What goes is told by an event
/// that commits with it.
/// </summary>
internal sealed class PrunableTrail(IDatabaseProvider provider, TimeProvider time) : IPrunableTable
{
    private const string ShortenAction = "audit.shorten";
    private const string Table = "audit_events";
    private const string DateColumn = "occurred_at";
    private const string TenantColumn = "tenant_id";

    private readonly AuditChainWriter _chains = new(provider, time);

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
            await foreach (var at in Rows(context, chain).Select(x => x.OccurredAt).AsAsyncEnumerable().WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                if (at >= before)
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
        var (deleted, events) = (0, new List<AuditEvent>());
        foreach (var id in unchained.TakeWhile(_ => deleted < limit))
        {
            deleted += await DeleteUnchainedAsync(context, id, before, limit - deleted, cancellationToken).ConfigureAwait(false);
        }

        foreach (var chain in heads.Where(chain => ripe.Contains(chain.TenantId)).TakeWhile(_ => deleted < limit))
        {
            var (rows, shortened) = await ShortenAsync(context, chain, before, limit - deleted, cancellationToken).ConfigureAwait(false);
            deleted += rows;
            events.AddRange(shortened is null ? [] : [shortened]);
        }

        if (events.Count > 0)
        {
            await _chains.AppendAsync(context, events, cancellationToken).ConfigureAwait(false);
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

    private async Task<(int Deleted, AuditEvent? Event)> ShortenAsync(
        RegistryDbContext context, AuditChainEntity chain, DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        var first = await Rows(context, chain)
            .Take(limit)
            .Select(x => new { x.Sequence, x.OccurredAt, x.Hash, x.Action })
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        var old = first.TakeWhile(x => x.OccurredAt < before).ToList();
        if (old is not [.., var last])
        {
            return (0, null);
        }

        var (sequence, hash) = (last.Sequence!.Value, last.Hash ?? []);
        var deleted = await context.AuditEvents
            .Where(x => x.TenantId == chain.TenantId && x.Sequence > chain.AnchorSequence && x.Sequence <= sequence)
            .ExecuteDeleteAsync(cancellationToken)
            .ConfigureAwait(false);
        await context.AuditChains
            .Where(x => x.TenantId == chain.TenantId)
            .ExecuteUpdateAsync(set => set.SetProperty(x => x.AnchorSequence, sequence).SetProperty(x => x.AnchorHash, hash), cancellationToken)
            .ConfigureAwait(false);

        // One that takes away nothing but the events of earlier ones leaves none, or the trail of who is gone would never end.
        return (deleted, old.TrueForAll(static x => x.Action == ShortenAction) ? null : Shortened(chain, sequence, hash, before));
    }

    private AuditEvent Shortened(AuditChainEntity chain, long sequence, byte[] hash, DateTimeOffset before)
    {
        var (now, tenant) = (time.GetUtcNow(), new TenantId(chain.TenantId));
        return new AuditEvent
        {
            Id = Guid.CreateVersion7(now),
            Tenant = tenant,
            Source = AuditSource.System,
            OccurredAt = now,
            ActorKind = AuditActorKind.System,
            Action = ShortenAction,
            ResourceType = "audit_trail",
            ResourceId = tenant.ToString(),
            Details = new JsonObject
            {
                ["olderThan"] = before.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
                ["before"] = Anchor(chain.AnchorSequence, chain.AnchorHash),
                ["after"] = Anchor(sequence, hash),
            }.ToJsonString(),
        };
    }

    private static JsonObject Anchor(long sequence, byte[] hash) => new() { ["anchorSequence"] = sequence, ["anchorHash"] = Convert.ToHexStringLower(hash) };
}
