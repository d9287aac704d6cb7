using System.Collections.Frozen;
using System.Collections.Immutable;
using McpRegistry.Tenancy;

namespace McpRegistry.Routing;

/// <summary>One immutable state of all active rules. A call takes it once.</summary>
internal sealed class RoutingTable
{
    public static readonly RoutingTable Empty = new(ImmutableDictionary<Guid, CompiledRoute>.Empty, FrozenDictionary<TenantId, RoutePlan>.Empty);

    private readonly ImmutableDictionary<Guid, CompiledRoute> _rules;
    private readonly FrozenDictionary<TenantId, RoutePlan> _plans;

    private RoutingTable(ImmutableDictionary<Guid, CompiledRoute> rules, FrozenDictionary<TenantId, RoutePlan> plans)
    {
        (_rules, _plans) = (rules, plans);
        Global = plans.GetValueOrDefault(TenantId.Global, RoutePlan.Empty);
        Headers = [.. rules.Values.SelectMany(static route => route.Condition.Headers.Concat(route.Targets.Headers)).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    public bool IsEmpty => _rules.IsEmpty;

    public IEnumerable<CompiledRoute> Rules => _rules.Values;

    /// <summary>Gets the rules for every tenant, which come after a tenant's own.</summary>
    public RoutePlan Global { get; }

    /// <summary>Gets the names of the headers that rules look at.</summary>
    public ImmutableArray<string> Headers { get; }

    public CompiledRoute? Find(Guid id) => _rules.GetValueOrDefault(id);

    /// <summary>Gets the rules that a tenant has of its own; none for the global one, whose rules are everybody's.</summary>
    public RoutePlan Of(TenantId tenant) => tenant.IsGlobal ? RoutePlan.Empty : _plans.GetValueOrDefault(tenant, RoutePlan.Empty);

    /// <summary>Makes the next state: some rules gone, others added or replaced. Plans of untouched tenants stay as they are.</summary>
    public RoutingTable With(IReadOnlyCollection<Guid> gone, IReadOnlyCollection<CompiledRoute> saved)
    {
        var rules = _rules.ToBuilder();
        var touched = saved.Select(static route => route.Rule.Tenant).ToHashSet();
        foreach (var id in gone)
        {
            if (rules.Remove(id, out var old))
            {
                touched.Add(old.Rule.Tenant);
            }
        }

        foreach (var route in saved)
        {
            rules[route.Rule.Id] = route;
        }

        var all = rules.ToImmutable();
        var plans = _plans.Where(pair => !touched.Contains(pair.Key)).ToDictionary();
        foreach (var group in all.Values.Where(route => touched.Contains(route.Rule.Tenant)).GroupBy(static route => route.Rule.Tenant))
        {
            plans.Add(group.Key, RoutePlanBuilder.Build(group));
        }

        return new RoutingTable(all, plans.ToFrozenDictionary());
    }
}
