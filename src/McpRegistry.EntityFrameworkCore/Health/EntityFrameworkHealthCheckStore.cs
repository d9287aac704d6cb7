using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Health;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Health;

internal sealed class EntityFrameworkHealthCheckStore(RegistryDatabase database, RowAppender appender) : IHealthCheckStore
{
    public ValueTask AppendAsync(IReadOnlyList<HealthCheckRecord> checks, CancellationToken cancellationToken)
    {
        HealthCheckEntity[] rows = [.. checks.Select(HealthCheckMapper.ToEntity)];
        return appender.AppendAsync(rows, (context, token) => appender.WithServersAsync(context, rows, token), cancellationToken);
    }

    public async ValueTask<IReadOnlyList<HealthCheckRecord>> ListAsync(
        TenantId tenant, Guid serverId, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (context.ConfigureAwait(false))
        {
            var rows = await context.HealthChecks
                .AsNoTracking()
                .Where(row => row.TenantId == tenant.Value && row.ServerId == serverId)
                .OrderByDescending(row => row.CheckedAt)
                .ThenByDescending(row => row.Id)
                .Take(limit)
                .ToListAsync(cancellationToken)
                .ConfigureAwait(false);
            return [.. rows.Select(HealthCheckMapper.ToRecord)];
        }
    }
}
