using McpRegistry.Auditing;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Routing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Routing;

internal sealed class EntityFrameworkRoutingRuleStore(RegistryDatabase database) : IRoutingRuleStore
{
    public ValueTask<StoreResult<RoutingRule>> AddAsync(TenantId tenant, RoutingRule rule, AuditEvent? audit, CancellationToken cancellationToken)
    {
        if (rule.Tenant != tenant)
        {
            throw new ArgumentException("The rule belongs to another tenant than the one it is added for.", nameof(rule));
        }

        var entity = RoutingRuleMapper.ToEntity(tenant, rule with { Version = 1 });
        return database.InsertAsync(Row(tenant, rule.Id) with { Audit = audit }, entity, RoutingRuleMapper.ToRecord, cancellationToken);
    }

    public ValueTask<StoreResult<RoutingRule>> UpdateAsync(TenantId tenant, RoutingRule rule, AuditEvent? audit, CancellationToken cancellationToken)
    {
        var wanted = RoutingRuleMapper.ToEntity(tenant, rule);
        return database.WriteAsync(
            Row(tenant, rule.Id) with { Audit = audit }, (context, token) => UpdateAsync(Own(context, tenant, wanted.Id), wanted, token), cancellationToken);
    }

    public ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, Guid id, long? expectedVersion, AuditEvent? audit, CancellationToken cancellationToken) =>
        database.DeleteAsync(Row(tenant, id) with { Audit = audit }, expectedVersion, context => Own(context, tenant, id), cancellationToken);

    public ValueTask<RoutingRule?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) =>
        database.FindAsync(context => Own(context, tenant, id), RoutingRuleMapper.ToRecord, cancellationToken);

    public ValueTask<IReadOnlyList<RoutingRule>> ListAsync(TenantId tenant, Guid? afterId, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        return database.ListAsync(
            context => context.RoutingRules
                .Where(x => x.TenantId == tenant.Value)
                .ById(afterId, limit),
            RoutingRuleMapper.ToRecord,
            cancellationToken);
    }

    public ValueTask<int> CountAsync(TenantId tenant, CancellationToken cancellationToken) =>
        database.ReadAsync((context, token) => context.RoutingRules.CountAsync(x => x.TenantId == tenant.Value, token), cancellationToken);

    public IAsyncEnumerable<RoutingRule> ReadActiveAsync(CancellationToken cancellationToken) => database.StreamAsync(
        context => context.RoutingRules
            .AsNoTracking()
            .Where(x => x.IsActive)
            .OrderBy(x => x.Priority)
            .ThenBy(x => x.CreatedAt)
            .ThenBy(x => x.Id)
            .Select(x => RoutingRuleMapper.ToRecord(x))
            .AsAsyncEnumerable(),
        cancellationToken);

    private static RowWrite Row(TenantId tenant, Guid id) => new(tenant, RegistryChangeKind.RoutingRule, id);

    private static IQueryable<RoutingRuleEntity> Own(RegistryDbContext context, TenantId tenant, Guid id) =>
        context.RoutingRules.Where(x => x.TenantId == tenant.Value && x.Id == id);

    private static async Task<StoreResult<RoutingRule>> UpdateAsync(
        IQueryable<RoutingRuleEntity> stored, RoutingRuleEntity wanted, CancellationToken cancellationToken)
    {
        var rows = await stored
            .Where(x => x.Version == wanted.Version)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(x => x.Name, wanted.Name)
                    .SetProperty(x => x.NameKey, wanted.NameKey)
                    .SetProperty(x => x.Description, wanted.Description)
                    .SetProperty(x => x.Priority, wanted.Priority)
                    .SetProperty(x => x.IsActive, wanted.IsActive)
                    .SetProperty(x => x.Conditions, wanted.Conditions)
                    .SetProperty(x => x.Targets, wanted.Targets)
                    .SetProperty(x => x.LoadBalancingPolicy, wanted.LoadBalancingPolicy)
                    .SetProperty(x => x.UpdatedAt, wanted.UpdatedAt)
                    .SetProperty(x => x.Version, x => x.Version + 1),
                cancellationToken)
            .ConfigureAwait(false);
        return await stored.AfterUpdateAsync(rows, RoutingRuleMapper.ToRecord, cancellationToken).ConfigureAwait(false);
    }
}
