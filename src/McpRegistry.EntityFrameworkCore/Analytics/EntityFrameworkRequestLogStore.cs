using McpRegistry.Analytics;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Analytics;

internal sealed class EntityFrameworkRequestLogStore(RegistryDatabase database, RowAppender appender) : IRequestLogStore
{
    public ValueTask AppendAsync(IReadOnlyList<RequestLogEntry> entries, CancellationToken cancellationToken)
    {
        RequestLogEntity[] rows = [.. entries.Select(RequestLogMapper.ToEntity)];
        return appender.AppendAsync(rows, (context, token) => ForgetLostServersAsync(context, rows, token), cancellationToken);
    }

    public async ValueTask<IReadOnlyList<RequestLogEntry>> ListAsync(
        TenantId tenant, RowPosition? after, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (context.ConfigureAwait(false))
        {
            var rows = context.RequestLogs.AsNoTracking().Where(row => row.TenantId == tenant.Value);
            if (after is { } last)
            {
                var time = StoredTime.Normalize(last.Time);
                var id = last.Id;
                rows = rows.Where(row => row.RequestTime <= time && (row.RequestTime < time || row.Id < id));
            }

            var page = await rows
                .OrderByDescending(row => row.RequestTime)
                .ThenByDescending(row => row.Id)
                .Take(limit)
                .ToListAsync(cancellationToken)
                .ConfigureAwait(false);
            return [.. page.Select(RequestLogMapper.ToRecord)];
        }
    }

    /// <summary>A caller reaches the servers of its tenant and the global ones; any other id is none that it could have used.</summary>
    private async Task<IReadOnlyList<RequestLogEntity>> ForgetLostServersAsync(
        RegistryDbContext context, RequestLogEntity[] rows, CancellationToken cancellationToken)
    {
        var known = await appender
            .HoldServersAsync(context, rows.Select(row => row.TargetServerId).OfType<Guid>(), cancellationToken)
            .ConfigureAwait(false);
        foreach (var row in rows)
        {
            if (row.TargetServerId is { } server && !known.Contains((new TenantId(row.TenantId), server)) && !known.Contains((TenantId.Global, server)))
            {
                row.TargetServerId = null;
            }
        }

        return rows;
    }
}
