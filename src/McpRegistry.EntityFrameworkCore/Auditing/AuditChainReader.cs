using McpRegistry.Auditing;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Auditing;

/// <summary>
/// Reads rows of a chain. One that cannot be read comes back with its id and its place alone, so that it does not give its hash.
/// </summary>
internal static class AuditChainReader
{
    public static Task<IReadOnlyList<ChainedAuditEvent>> ReadAsync(
        RegistryDbContext context, TenantId tenant, long afterSequence, Guid? afterId, int limit, CancellationToken cancellationToken)
    {
        var rows = context.AuditEvents.AsNoTracking().Where(x => x.TenantId == tenant.Value);
        rows = afterId is { } id
            ? rows.Where(x => x.Sequence >= afterSequence && (x.Sequence > afterSequence || x.Id > id))
            : rows.Where(afterSequence == long.MinValue ? x => x.Sequence != null : x => x.Sequence > afterSequence);
        rows = rows.OrderBy(x => x.Sequence).ThenBy(x => x.Id).Take(limit);
        return AuditRows.ReadAsync(context, rows, AuditEventMapper.ToChained, x => Unreadable(tenant, x.Id, x.Sequence ?? 0), cancellationToken);
    }

    private static ChainedAuditEvent Unreadable(TenantId tenant, Guid id, long sequence) => new()
    {
        Event = new AuditEvent { Id = id, Tenant = tenant, OccurredAt = default, Action = "", ResourceType = "" },
        Sequence = sequence,
        PreviousHash = default,
        Hash = default,
        HashVersion = 0,
    };
}
