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

    public static Task<IReadOnlyList<AuditEvent>> ReadAsync(
        RegistryDbContext context, TenantId tenant, IQueryable<AuditEventEntity> page, CancellationToken cancellationToken) =>
        AuditRows.ReadAsync(context, page, AuditEventMapper.ToRecord, x => UnreadableAt(tenant, x.Id, x.OccurredAt), cancellationToken);

    public static async Task<IReadOnlyList<McpAuditEntry>> ReadMcpAsync(
        RegistryDbContext context, TenantId tenant, IQueryable<AuditEventEntity> page, CancellationToken cancellationToken)
    {
        try
        {
            return await page.AsNoTracking().Select(AuditEventMapper.ToMcpEntry).ToListAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (AuditRows.IsUnreadable(exception))
        {
            return [.. (await ReadAsync(context, tenant, page, cancellationToken).ConfigureAwait(false)).Select(McpAuditEntry.Of)];
        }
    }

    private static AuditEvent UnreadableAt(TenantId tenant, Guid id, DateTimeOffset occurredAt) => new()
    {
        Id = id,
        Tenant = tenant,
        OccurredAt = occurredAt,
        Source = AuditSource.System,
        Action = "",
        ResourceType = "",
        Success = false,
        ErrorMessage = Unreadable,
    };
}
