using McpRegistry.Auditing;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Auditing;

internal sealed class EntityFrameworkAuditStore(RegistryDatabase database, AuditAppender appender) : IAuditStore
{
    public ValueTask AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken) =>
        appender.AppendAsync(events, cancellationToken);

    public ValueTask<IReadOnlyList<AuditEvent>> SearchAsync(TenantId tenant, AuditQuery query, CancellationToken cancellationToken)
    {
        PageSize.Check(query.Limit);
        return database.ReadAsync((context, token) => AuditSearchReader.ReadAsync(context, tenant, Page(context, tenant, query), token), cancellationToken);
    }

    public ValueTask<IReadOnlyList<McpAuditEntry>> SearchMcpAsync(TenantId tenant, AuditQuery query, CancellationToken cancellationToken)
    {
        PageSize.Check(query.Limit);
        var ofMcp = query with { Source = AuditSource.Mcp };
        return database.ReadAsync((context, token) => AuditSearchReader.ReadMcpAsync(context, tenant, Page(context, tenant, ofMcp), token), cancellationToken);
    }

    public ValueTask<AuditChainHead?> FindHeadAsync(TenantId tenant, CancellationToken cancellationToken) => database.FindAsync(
        context => context.AuditChains.Where(x => x.TenantId == tenant.Value), AuditChainMapper.ToRecord, cancellationToken);

    public ValueTask<IReadOnlyList<ChainedAuditEvent>> ReadChainAsync(
        TenantId tenant, long afterSequence, Guid? afterId, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        return database.ReadAsync(
            (context, token) => AuditChainReader.ReadAsync(context, tenant, afterSequence, afterId, limit, token), cancellationToken);
    }

    public ValueTask<UnchainedAuditEvents> FindUnchainedAsync(TenantId tenant, CancellationToken cancellationToken) => database.ReadAsync(
        async (context, token) =>
        {
            var rows = context.AuditEvents.Where(x => x.TenantId == tenant.Value && x.Sequence == null);
            var newest = await rows
                .OrderByDescending(x => x.OccurredAt)
                .ThenByDescending(x => x.Id)
                .Take(UnchainedAuditEvents.MaxNewest)
                .Select(x => x.Id)
                .ToListAsync(token)
                .ConfigureAwait(false);
            return new UnchainedAuditEvents(await rows.LongCountAsync(token).ConfigureAwait(false), [.. newest]);
        },
        cancellationToken);

    private static IQueryable<AuditEventEntity> Page(RegistryDbContext context, TenantId tenant, AuditQuery query) =>
        Filter(context.AuditEvents.Where(row => row.TenantId == tenant.Value), query)
            .NewestFirst(nameof(AuditEventEntity.OccurredAt), query.After, query.Limit);

    private static IQueryable<AuditEventEntity> Filter(IQueryable<AuditEventEntity> rows, AuditQuery query)
    {
        rows = query.Action is { } action ? rows.Where(row => row.Action == action) : rows;
        rows = query.ResourceType is { } type ? rows.Where(row => row.ResourceType == type) : rows;
        rows = query.ResourceId is { } id ? rows.Where(row => row.ResourceId == id) : rows;
        rows = query.UserId is { } user ? rows.Where(row => row.UserId == user) : rows;
        rows = query.ApiKeyId is { } key ? rows.Where(row => row.ApiKeyId == key) : rows;
        rows = query.Source is { } source ? rows.Where(row => row.Source == source) : rows;
        rows = query.Success is { } success ? rows.Where(row => row.Success == success) : rows;
        rows = query.From is { } from ? rows.Where(row => row.OccurredAt >= from.ToUniversalTime()) : rows;
        return query.Until is { } until ? rows.Where(row => row.OccurredAt < until.ToUniversalTime()) : rows;
    }
}
