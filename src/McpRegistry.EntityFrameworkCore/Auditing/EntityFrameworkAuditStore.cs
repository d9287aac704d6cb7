using McpRegistry.Auditing;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Auditing;

internal sealed class EntityFrameworkAuditStore(RegistryDatabase database, RowAppender appender) : IAuditStore
{
    public ValueTask AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken) =>
        appender.AppendAsync<AuditEventEntity>([.. events.Select(AuditEventMapper.ToEntity)], null, cancellationToken);

    public async ValueTask<IReadOnlyList<AuditEvent>> SearchAsync(TenantId tenant, AuditQuery query, CancellationToken cancellationToken)
    {
        PageSize.Check(query.Limit);
        var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (context.ConfigureAwait(false))
        {
            var rows = await Page(context, tenant, query).ToListAsync(cancellationToken).ConfigureAwait(false);
            return [.. rows.Select(AuditEventMapper.ToRecord)];
        }
    }

    public async ValueTask<IReadOnlyList<McpAuditEntry>> SearchMcpAsync(TenantId tenant, AuditQuery query, CancellationToken cancellationToken)
    {
        PageSize.Check(query.Limit);
        var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (context.ConfigureAwait(false))
        {
            return await Page(context, tenant, query with { Source = AuditSource.Mcp })
                .Select(AuditEventMapper.ToMcpEntry)
                .ToListAsync(cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private static IQueryable<AuditEventEntity> Page(RegistryDbContext context, TenantId tenant, AuditQuery query)
    {
        var rows = Filter(context.AuditEvents.AsNoTracking().Where(row => row.TenantId == tenant.Value), query);
        if (query.After is { } after)
        {
            var time = StoredTime.Normalize(after.Time);
            var id = after.Id;

            // The first part says nothing new, but an index over the time can begin there.
            rows = rows.Where(row => row.OccurredAt <= time && (row.OccurredAt < time || row.Id < id));
        }

        return rows.OrderByDescending(row => row.OccurredAt).ThenByDescending(row => row.Id).Take(query.Limit);
    }

    private static IQueryable<AuditEventEntity> Filter(IQueryable<AuditEventEntity> rows, AuditQuery query)
    {
        rows = query.Action is { } action ? rows.Where(row => row.Action == action) : rows;
        rows = query.ResourceType is { } type ? rows.Where(row => row.ResourceType == type) : rows;
        rows = query.ResourceId is { } id ? rows.Where(row => row.ResourceId == id) : rows;
        rows = query.UserId is { } user ? rows.Where(row => row.UserId == user) : rows;
        rows = query.Source is { } source ? rows.Where(row => row.Source == source) : rows;
        rows = query.Success is { } success ? rows.Where(row => row.Success == success) : rows;
        rows = query.From is { } from ? rows.Where(row => row.OccurredAt >= from.ToUniversalTime()) : rows;
        return query.Until is { } until ? rows.Where(row => row.OccurredAt < until.ToUniversalTime()) : rows;
    }
}
