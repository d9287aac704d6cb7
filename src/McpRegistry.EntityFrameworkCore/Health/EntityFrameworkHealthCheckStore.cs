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

    public ValueTask<IReadOnlyList<HealthCheckRecord>> ListAsync(
        TenantId tenant, Guid serverId, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        return database.ListAsync(
            context => context.HealthChecks
                .Where(row => row.TenantId == tenant.Value && row.ServerId == serverId)
                .NewestFirst(nameof(HealthCheckEntity.CheckedAt), after: null, limit),
            HealthCheckMapper.ToRecord,
            cancellationToken);
    }
}
