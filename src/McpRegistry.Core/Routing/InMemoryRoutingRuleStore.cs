using McpRegistry.Auditing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Routing;

internal sealed class InMemoryRoutingRuleStore(InMemoryDatabase database) : IRoutingRuleStore
{
    private readonly Dictionary<Guid, RoutingRule> _rules = [];

    public ValueTask<StoreResult<RoutingRule>> AddAsync(TenantId tenant, RoutingRule rule, AuditEvent? audit, CancellationToken cancellationToken)
    {
        if (rule.Tenant != tenant)
        {
            throw new ArgumentException("The rule belongs to another tenant than the one it is added for.", nameof(rule));
        }

        var added = Normalize(rule) with { Version = 1 };
        return database.WriteAsync(
            audit,
            () => _rules.ContainsKey(added.Id) ? StoreResult<RoutingRule>.Conflict("id") : Save_NeedsLock(added), cancellationToken);
    }

    public ValueTask<StoreResult<RoutingRule>> UpdateAsync(TenantId tenant, RoutingRule rule, AuditEvent? audit, CancellationToken cancellationToken)
    {
        var wanted = Normalize(rule);
        return database.WriteAsync(
            audit,
            () => Find_NeedsLock(tenant, wanted.Id) is not { } stored
                ? StoreResult<RoutingRule>.NotFound()
                : stored.Version != wanted.Version
                    ? StoreResult<RoutingRule>.Stale()
                    : Save_NeedsLock(wanted with { Tenant = tenant, CreatedAt = stored.CreatedAt, Version = stored.Version + 1 }),
            cancellationToken);
    }

    public ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, Guid id, long? expectedVersion, AuditEvent? audit, CancellationToken cancellationToken) => database.WriteAsync(
        audit,
        () =>
        {
            if (Find_NeedsLock(tenant, id) is not { } stored)
            {
                return StoreDeletion.NotFound();
            }

            if (expectedVersion is { } version && version != stored.Version)
            {
                return StoreDeletion.Stale();
            }

            _rules.Remove(id);
            database.Record_NeedsLock(tenant, RegistryChangeKind.RoutingRule, id, RegistryChangeOperation.Deleted);
            return StoreDeletion.Success();
        },
        cancellationToken);

    public ValueTask<RoutingRule?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) =>
        database.RunAsync(() => Find_NeedsLock(tenant, id), cancellationToken);

    public ValueTask<IReadOnlyList<RoutingRule>> ListAsync(TenantId tenant, Guid? afterId, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        return database.RunAsync(
            () => InMemoryPage.Take(_rules.Values.Where(rule => rule.Tenant == tenant), rule => rule.Id, afterId, limit), cancellationToken);
    }

    public ValueTask<int> CountAsync(TenantId tenant, CancellationToken cancellationToken) =>
        database.RunAsync(() => _rules.Values.Count(rule => rule.Tenant == tenant), cancellationToken);

    public IAsyncEnumerable<RoutingRule> ReadActiveAsync(CancellationToken cancellationToken) => database.ReadAsync<RoutingRule>(
        () => [.. _rules.Values.Where(rule => rule.IsActive).OrderBy(rule => rule.Priority).ThenBy(rule => rule.CreatedAt).ThenBy(rule => rule.Id)],
        cancellationToken);

    private static RoutingRule Normalize(RoutingRule rule)
    {
        StorableJson.Check(rule.Conditions, nameof(rule.Conditions));
        StorableJson.Check(rule.Targets, nameof(rule.Targets));
        return rule with { CreatedAt = StoredTime.Normalize(rule.CreatedAt), UpdatedAt = StoredTime.Normalize(rule.UpdatedAt) };
    }

    private StoreResult<RoutingRule> Save_NeedsLock(RoutingRule rule)
    {
        if (_rules.Values.Any(other => other.Tenant == rule.Tenant && other.Id != rule.Id && InMemoryName.AreEqual(other.Name, rule.Name)))
        {
            return StoreResult<RoutingRule>.Conflict("name");
        }

        _rules[rule.Id] = rule;
        database.Record_NeedsLock(rule.Tenant, RegistryChangeKind.RoutingRule, rule.Id);
        return StoreResult<RoutingRule>.Success(rule);
    }

    private RoutingRule? Find_NeedsLock(TenantId tenant, Guid id) =>
        _rules.TryGetValue(id, out var rule) && rule.Tenant == tenant ? rule : null;
}
