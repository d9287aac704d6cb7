using McpRegistry.Alerts;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Alerts;

internal sealed class EntityFrameworkPerformanceAlertStore(RegistryDatabase database) : IPerformanceAlertStore
{
    private readonly PerformanceAlertWriter _writer = new(database.Provider);

    public ValueTask<StoreResult<PerformanceAlert>> AddAsync(TenantId tenant, PerformanceAlert alert, CancellationToken cancellationToken)
    {
        if (alert.Tenant != tenant)
        {
            throw new ArgumentException("The alert belongs to another tenant than the one it is added for.", nameof(alert));
        }

        var entity = PerformanceAlertMapper.ToEntity(tenant, alert with { Version = 1 });
        return database.WriteAsync(Row(tenant, alert.Id), (context, token) => _writer.AddAsync(context, entity, token), cancellationToken);
    }

    public ValueTask<StoreResult<PerformanceAlert>> UpdateAsync(TenantId tenant, PerformanceAlert alert, CancellationToken cancellationToken)
    {
        var wanted = PerformanceAlertMapper.ToEntity(tenant, alert);
        return database.WriteAsync(Row(tenant, alert.Id), (context, token) => _writer.UpdateAsync(context, wanted, token), cancellationToken);
    }

    public ValueTask<bool> DeleteAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) =>
        database.DeleteAsync(Row(tenant, id), context => Own(context, tenant, id), cancellationToken);

    public ValueTask<PerformanceAlert?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) =>
        database.FindAsync(context => Own(context, tenant, id), PerformanceAlertMapper.ToRecord, cancellationToken);

    public ValueTask<IReadOnlyList<PerformanceAlert>> ListAsync(TenantId tenant, Guid? afterId, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        return database.ListAsync(
            context => context.PerformanceAlerts
                .Where(x => x.TenantId == tenant.Value)
                .ById(afterId, limit),
            PerformanceAlertMapper.ToRecord,
            cancellationToken);
    }

    public IAsyncEnumerable<PerformanceAlert> ReadActiveAsync(CancellationToken cancellationToken) => database.StreamAsync(
        context => context.PerformanceAlerts
            .AsNoTracking()
            .Where(x => x.IsActive)
            .Select(x => PerformanceAlertMapper.ToRecord(x))
            .AsAsyncEnumerable(),
        cancellationToken);

    public ValueTask<StoreResult<AlertState>> RecordEvaluationAsync(
        TenantId tenant, Guid id, AlertState seen, AlertState now, CancellationToken cancellationToken)
    {
        var (before, after) = (PerformanceAlertMapper.Normalize(seen), PerformanceAlertMapper.Normalize(now));
        return before.IsTriggered != after.IsTriggered || before.TriggerCount != after.TriggerCount
            ? database.WriteAsync(Row(tenant, id), MoveAsync, cancellationToken)
            : database.WriteQuietlyAsync(MoveAsync, cancellationToken);

        Task<StoreResult<AlertState>> MoveAsync(RegistryDbContext context, CancellationToken token) =>
            PerformanceAlertWriter.MoveAsync(Own(context, tenant, id), before, after, token);
    }

    private static RowWrite Row(TenantId tenant, Guid id) => new(tenant, RegistryChangeKind.PerformanceAlert, id);

    private static IQueryable<PerformanceAlertEntity> Own(RegistryDbContext context, TenantId tenant, Guid id) =>
        context.PerformanceAlerts.Where(x => x.TenantId == tenant.Value && x.Id == id);
}
