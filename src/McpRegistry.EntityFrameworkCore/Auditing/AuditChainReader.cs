using McpRegistry.Auditing;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Auditing;

/// <summary>
/// Reads rows of a chain. One that somebody has written nonsense into must not keep the others from being verified: it comes
/// back with its id and its place alone, so that it does not give its hash.
/// </summary>
internal static class AuditChainReader
{
    public static async Task<IReadOnlyList<ChainedAuditEvent>> ReadAsync(
        RegistryDbContext context, TenantId tenant, long afterSequence, Guid? afterId, int limit, CancellationToken cancellationToken)
    {
        var rows = context.AuditEvents.AsNoTracking().Where(x => x.TenantId == tenant.Value);
        rows = afterId is { } id
            ? rows.Where(x => x.Sequence >= afterSequence && (x.Sequence > afterSequence || x.Id > id))
            : rows.Where(afterSequence == long.MinValue ? x => x.Sequence != null : x => x.Sequence > afterSequence);
        rows = rows.OrderBy(x => x.Sequence).ThenBy(x => x.Id).Take(limit);
        try
        {
            return [.. (await rows.ToListAsync(cancellationToken).ConfigureAwait(false)).Select(AuditEventMapper.ToChained)];
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            return await ReadOneByOneAsync(context, tenant, rows, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<IReadOnlyList<ChainedAuditEvent>> ReadOneByOneAsync(
        RegistryDbContext context, TenantId tenant, IQueryable<AuditEventEntity> rows, CancellationToken cancellationToken)
    {
        var places = await rows.Select(x => new { x.Id, x.Sequence }).ToListAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<ChainedAuditEvent>(places.Count);
        foreach (var place in places)
        {
            try
            {
                var row = await context.AuditEvents.AsNoTracking().SingleOrDefaultAsync(x => x.Id == place.Id, cancellationToken).ConfigureAwait(false);
                if (row is not null)
                {
                    found.Add(AuditEventMapper.ToChained(row));
                }
            }
            catch (Exception exception) when (IsUnreadable(exception))
            {
                found.Add(Unreadable(tenant, place.Id, place.Sequence ?? 0));
            }
        }

        return found;
    }

    /// <summary>What the converters of enums, texts and documents throw, and the records themselves.</summary>
    public static bool IsUnreadable(Exception exception) => exception
        is KeyNotFoundException or FormatException or System.Text.Json.JsonException or ArgumentException or InvalidOperationException
        or InvalidCastException or OverflowException;

    private static ChainedAuditEvent Unreadable(TenantId tenant, Guid id, long sequence) => new()
    {
        Event = new AuditEvent { Id = id, Tenant = tenant, OccurredAt = default, Action = "", ResourceType = "" },
        Sequence = sequence,
        PreviousHash = default,
        Hash = default,
        HashVersion = 0,
    };
}
