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

    public ValueTask<IReadOnlyList<RequestLogEntry>> ListAsync(
        TenantId tenant, RowPosition? after, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        return database.ListAsync(
            context => context.RequestLogs
                .Where(row => row.TenantId == tenant.Value)
                .NewestFirst(nameof(RequestLogEntity.RequestTime), after, limit),
            RequestLogMapper.ToRecord,
            cancellationToken);
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
