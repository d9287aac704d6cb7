using McpRegistry.Auditing;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Auditing;

/// <summary>
/// Reads pages of the search. A row that somebody has written nonsense into must not hide the others of its page: it keeps its place
/// and time, and says that it cannot be read. Verification names it, too.
/// </summary>
internal static class AuditSearchReader
{
    private const string Unreadable = "The stored row cannot be read.";

    public static async Task<IReadOnlyList<AuditEvent>> ReadAsync(
        RegistryDbContext context, TenantId tenant, IQueryable<AuditEventEntity> page, CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await page.AsNoTracking().ToListAsync(cancellationToken).ConfigureAwait(false)).Select(AuditEventMapper.ToRecord)];
        }
        catch (Exception exception) when (AuditChainReader.IsUnreadable(exception))
        {
            return await ReadOneByOneAsync(context, tenant, page, cancellationToken).ConfigureAwait(false);
        }
    }

    public static async Task<IReadOnlyList<McpAuditEntry>> ReadMcpAsync(
        RegistryDbContext context, TenantId tenant, IQueryable<AuditEventEntity> page, CancellationToken cancellationToken)
    {
        try
        {
            return await page.AsNoTracking().Select(AuditEventMapper.ToMcpEntry).ToListAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (AuditChainReader.IsUnreadable(exception))
        {
            var rows = await ReadOneByOneAsync(context, tenant, page, cancellationToken).ConfigureAwait(false);
            return [.. rows.Select(AuditEventMapper.ToMcpEntryOf)];
        }
    }

    private static async Task<IReadOnlyList<AuditEvent>> ReadOneByOneAsync(
        RegistryDbContext context, TenantId tenant, IQueryable<AuditEventEntity> page, CancellationToken cancellationToken)
    {
        var places = await page.Select(x => new { x.Id, x.OccurredAt }).ToListAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<AuditEvent>(places.Count);
        foreach (var place in places)
        {
            try
            {
                var row = await context.AuditEvents.AsNoTracking().SingleOrDefaultAsync(x => x.Id == place.Id, cancellationToken).ConfigureAwait(false);
                if (row is not null)
                {
                    found.Add(AuditEventMapper.ToRecord(row));
                }
            }
            catch (Exception exception) when (AuditChainReader.IsUnreadable(exception))
            {
                found.Add(new AuditEvent
                {
                    Id = place.Id,
                    Tenant = tenant,
                    OccurredAt = place.OccurredAt,
                    Source = AuditSource.System,
                    Action = "",
                    ResourceType = "",
                    Success = false,
                    ErrorMessage = Unreadable,
                });
            }
        }

        return found;
    }
}
