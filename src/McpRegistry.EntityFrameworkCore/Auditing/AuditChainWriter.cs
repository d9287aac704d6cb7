using McpRegistry.Auditing;
using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Auditing;

/// <summary>
/// Puts events at the ends of their tenants' chains, inside a transaction. The heads are held until it ends, so all replicas
/// extend one chain, and a number that was given is a row that is there.
/// </summary>
/// <remarks>
/// Lock order, for everything that writes: the rows of the change, then the heads by tenant, then the revision. Missing heads
/// are made before any head is held, in one order too.
/// </remarks>
internal sealed class AuditChainWriter(IDatabaseProvider provider, TimeProvider time)
{
    /// <summary>A head that somebody took away goes on behind the rows that are there; verification tells of the rest.</summary>
    private const string Begin =
        """
        INSERT INTO audit_chains (tenant_id, sequence, hash, anchor_sequence, anchor_hash, started_at, unchained_before)
        SELECT {0},
            COALESCE((SELECT MAX(sequence) FROM audit_events WHERE tenant_id = {0}), 0),
            COALESCE((SELECT hash FROM audit_events WHERE tenant_id = {0} AND sequence IS NOT NULL ORDER BY sequence DESC LIMIT 1), {1}),
            0, {1}, {2},
            (SELECT COUNT(*) FROM audit_events WHERE tenant_id = {0} AND sequence IS NULL)
        WHERE true
        ON CONFLICT (tenant_id) DO NOTHING
        """;

    public async Task AppendAsync(RegistryDbContext context, IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
    {
        var heads = await HoldAsync(context, [.. events.Select(row => row.Tenant.Value).Distinct().Order()], cancellationToken).ConfigureAwait(false);
        var rows = new List<AuditEventEntity>(events.Count);
        foreach (var auditEvent in events)
        {
            var head = heads[auditEvent.Tenant.Value];
            var stored = auditEvent with { OccurredAt = StoredTime.Normalize(auditEvent.OccurredAt) };
            var row = ChainedAuditEvent.Link(stored, head.Sequence + 1, head.Hash);
            (head.Sequence, head.Hash) = (row.Sequence, row.Hash.ToArray());
            rows.Add(AuditEventMapper.ToEntity(row));
        }

        await provider.Bulk.InsertAsync(context, rows, cancellationToken).ConfigureAwait(false);
        foreach (var head in heads.Values)
        {
            await context.AuditChains
                .Where(x => x.TenantId == head.TenantId)
                .ExecuteUpdateAsync(set => set.SetProperty(x => x.Sequence, head.Sequence).SetProperty(x => x.Hash, head.Hash), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private async Task<Dictionary<Guid, AuditChainEntity>> HoldAsync(RegistryDbContext context, Guid[] tenants, CancellationToken cancellationToken)
    {
        var known = await context.AuditChains
            .Where(x => tenants.Contains(x.TenantId))
            .Select(x => x.TenantId)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        foreach (var tenant in tenants.Except(known))
        {
            await context.Database
                .ExecuteSqlRawAsync(Begin, [tenant, AuditHash.None.ToArray(), StartedAt(context)], cancellationToken)
                .ConfigureAwait(false);
        }

        return await provider.Bulk.HoldChains(context, tenants)
            .AsNoTracking()
            .ToDictionaryAsync(x => x.TenantId, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Raw SQL knows no columns, so the provider's form of a time is applied here.</summary>
    private object StartedAt(RegistryDbContext context)
    {
        var now = StoredTime.Normalize(time.GetUtcNow());
        return context.Model.FindEntityType(typeof(AuditChainEntity))!.FindProperty(nameof(AuditChainEntity.StartedAt))!
            .GetTypeMapping().Converter?.ConvertToProvider(now) ?? now;
    }
}
