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

    public ValueTask<IReadOnlyList<ServerMetric>> ListAsync(
        TenantId tenant, Guid serverId, DateTimeOffset from, RowPosition? after, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        var first = from.ToUniversalTime();
        return database.ListAsync(
            context => context.ServerMetrics
                .Where(row => row.TenantId == tenant.Value && row.ServerId == serverId && row.Timestamp >= first)
                .NewestFirst(nameof(ServerMetricEntity.Timestamp), after, limit),
            ServerMetricMapper.ToRecord,
            cancellationToken);
    }
}
