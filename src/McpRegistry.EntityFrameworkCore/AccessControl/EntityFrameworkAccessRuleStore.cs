using McpRegistry.AccessControl;
using McpRegistry.Auditing;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.AccessControl;

internal sealed class EntityFrameworkAccessRuleStore(RegistryDatabase database) : IAccessRuleStore
{
    private readonly AccessRuleWriter _writer = new(database.Provider);

    public ValueTask<StoreResult<AccessRule>> AddAsync(TenantId tenant, AccessRule rule, AuditEvent? audit, CancellationToken cancellationToken)
    {
        if (rule.Tenant != tenant)
        {
            throw new ArgumentException("The rule belongs to another tenant than the one it is added for.", nameof(rule));
        }

        var entity = AccessRuleMapper.ToEntity(tenant, rule with { Version = 1 });
        return database.WriteAsync(Row(tenant, rule.Id) with { Audit = audit }, (context, token) => _writer.AddAsync(context, entity, token), cancellationToken);
    }

    public ValueTask<StoreResult<AccessRule>> UpdateAsync(TenantId tenant, AccessRule rule, AuditEvent? audit, CancellationToken cancellationToken)
    {
        var wanted = AccessRuleMapper.ToEntity(tenant, rule);
        return database.WriteAsync(Row(tenant, rule.Id) with { Audit = audit }, (context, token) => _writer.UpdateAsync(context, wanted, token), cancellationToken);
    }

    public ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, Guid id, long? expectedVersion, AuditEvent? audit, CancellationToken cancellationToken) =>
        database.DeleteAsync(Row(tenant, id) with { Audit = audit }, expectedVersion, context => Own(context, tenant, id), cancellationToken);

    public ValueTask<AccessRule?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) =>
        database.FindAsync(context => Own(context, tenant, id), AccessRuleMapper.ToRecord, cancellationToken);

    public ValueTask<IReadOnlyList<AccessRule>> ListByServerAsync(
        TenantId tenant, Guid serverId, Guid? afterId, int limit, CancellationToken cancellationToken) =>
        ListAsync(rules => rules.Where(x => x.TenantId == tenant.Value && x.ServerId == serverId), afterId, limit, cancellationToken);

    public ValueTask<IReadOnlyList<AccessRule>> ListBySubjectAsync(
        TenantId tenant, AccessSubject subject, Guid? afterId, int limit, CancellationToken cancellationToken)
    {
        var (kind, id) = AccessRuleMapper.Check(subject);
        return ListAsync(
            rules =>
            {
                rules = rules.Where(x => x.TenantId == tenant.Value);
                return kind switch
                {
                    AccessSubjectKind.User => rules.Where(x => x.UserId == id),
                    AccessSubjectKind.Tenant => rules.Where(x => x.SubjectTenantId == id),
                    _ => rules.Where(x => x.ApiKeyId == id),
                };
            },
            afterId,
            limit,
            cancellationToken);
    }

    public IAsyncEnumerable<AccessRule> ReadAllAsync(CancellationToken cancellationToken) => database.StreamAsync(
        context => context.AccessRules.AsNoTracking().Select(x => AccessRuleMapper.ToRecord(x)).AsAsyncEnumerable(),
        cancellationToken);

    public ValueTask RecordAccessAsync(
        TenantId tenant, IReadOnlyCollection<AccessRuleUse> uses, CancellationToken cancellationToken) => database.WriteQuietlyAsync(
        async (context, token) =>
        {
            // In one order everywhere, so that the batches of two replicas do not wait for each other crosswise.
            foreach (var use in uses.OrderBy(use => use.RuleId))
            {
                var at = StoredTime.Normalize(use.LastAccess);
                await Own(context, tenant, use.RuleId)
                    .ExecuteUpdateAsync(
                        set => set
                            .SetProperty(x => x.AccessCount, x => x.AccessCount + use.Count)
                            .SetProperty(x => x.LastAccess, x => x.LastAccess > at ? x.LastAccess : at),
                        token)
                    .ConfigureAwait(false);
            }
        },
        cancellationToken);

    private static RowWrite Row(TenantId tenant, Guid id) => new(tenant, RegistryChangeKind.AccessControl, id);

    private static IQueryable<AccessRuleEntity> Own(RegistryDbContext context, TenantId tenant, Guid id) =>
        context.AccessRules.Where(x => x.TenantId == tenant.Value && x.Id == id);

    private ValueTask<IReadOnlyList<AccessRule>> ListAsync(
        Func<IQueryable<AccessRuleEntity>, IQueryable<AccessRuleEntity>> filter, Guid? afterId, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        return database.ListAsync(context => filter(context.AccessRules).ById(afterId, limit), AccessRuleMapper.ToRecord, cancellationToken);
    }
}
