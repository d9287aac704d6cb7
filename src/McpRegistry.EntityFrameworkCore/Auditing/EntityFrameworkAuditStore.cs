using McpRegistry.Auditing;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Auditing;

internal sealed class EntityFrameworkAuditStore(RegistryDatabase database, RowAppender appender) : IAuditStore
{
    public ValueTask AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken) =>
        appender.AppendAsync<AuditEventEntity>([.. events.Select(AuditEventMapper.ToEntity)], null, cancellationToken);

    public ValueTask<IReadOnlyList<AuditEvent>> SearchAsync(TenantId tenant, AuditQuery query, CancellationToken cancellationToken)
    {
        PageSize.Check(query.Limit);
        return database.ListAsync(context => Page(context, tenant, query), AuditEventMapper.ToRecord, cancellationToken);
    }

    public ValueTask<IReadOnlyList<McpAuditEntry>> SearchMcpAsync(TenantId tenant, AuditQuery query, CancellationToken cancellationToken)
    {
        PageSize.Check(query.Limit);
        var ofMcp = query with { Source = AuditSource.Mcp };
        return database.ListAsync(
            context => Page(context, tenant, ofMcp).Select(AuditEventMapper.ToMcpEntry), static entry => entry, cancellationToken);
    }

    private static IQueryable<AuditEventEntity> Page(RegistryDbContext context, TenantId tenant, AuditQuery query) =>
        Filter(context.AuditEvents.Where(row => row.TenantId == tenant.Value), query)
            .NewestFirst(nameof(AuditEventEntity.OccurredAt), query.After, query.Limit);

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
