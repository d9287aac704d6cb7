using McpRegistry.Analytics;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Analytics;

internal sealed class EntityFrameworkServerMetricStore(RegistryDatabase database, RowAppender appender) : IServerMetricStore
{
    public ValueTask AppendAsync(IReadOnlyList<ServerMetric> metrics, CancellationToken cancellationToken)
    {
        ServerMetricEntity[] rows = [.. metrics.Select(ServerMetricMapper.ToEntity)];
        return appender.AppendAsync(rows, (context, token) => appender.WithServersAsync(context, rows, token), cancellationToken);
    }

    public async ValueTask<IReadOnlyList<ServerMetric>> ListAsync(
        TenantId tenant, Guid serverId, DateTimeOffset from, RowPosition? after, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (context.ConfigureAwait(false))
        {
            var first = from.ToUniversalTime();
            var rows = context.ServerMetrics
                .AsNoTracking()
                .Where(row => row.TenantId == tenant.Value && row.ServerId == serverId && row.Timestamp >= first);
            if (after is { } last)
            {
                var time = StoredTime.Normalize(last.Time);
                var id = last.Id;
                rows = rows.Where(row => row.Timestamp <= time && (row.Timestamp < time || row.Id < id));
            }

            var page = await rows
                .OrderByDescending(row => row.Timestamp)
                .ThenByDescending(row => row.Id)
                .Take(limit)
                .ToListAsync(cancellationToken)
                .ConfigureAwait(false);
            return [.. page.Select(ServerMetricMapper.ToRecord)];
        }
    }
}
