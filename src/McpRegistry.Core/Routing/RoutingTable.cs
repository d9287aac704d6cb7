using System.Collections.Frozen;
using System.Collections.Immutable;
using McpRegistry.Routing.Conditions;
using McpRegistry.Tenancy;

namespace McpRegistry.Routing;

/// <summary>One immutable state of all active rules. A call takes it once.</summary>
internal sealed class RoutingTable
{
    public static readonly RoutingTable Empty = new(ImmutableDictionary<Guid, CompiledRoute>.Empty, FrozenDictionary<TenantId, RoutePlan>.Empty, null);

    private readonly ImmutableDictionary<Guid, CompiledRoute> _rules;
    private readonly FrozenDictionary<TenantId, RoutePlan> _plans;

    /// <summary>By owner of a plan that looks at arguments: what its own calls look at there, by that plan and by the global one.</summary>
    private readonly FrozenDictionary<TenantId, ArgumentTree> _arguments;

    private RoutingTable(ImmutableDictionary<Guid, CompiledRoute> rules, FrozenDictionary<TenantId, RoutePlan> plans, RoutingTable? before)
    {
        (_rules, _plans) = (rules, plans);
        _arguments = plans.Where(static pair => !pair.Value.Pointers.IsEmpty).ToFrozenDictionary(static pair => pair.Key, pair => TreeOf(pair.Key, pair.Value, before));
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

    /// <summary>Begins to read the arguments of a call, on the thread that asks; null when no rule that the call may meet looks at them.</summary>
    public ArgumentReading? ReadArguments(in RouteFacts facts)
    {
        var tree = _arguments.GetValueOrDefault(facts.Caller.Tenant) ?? _arguments.GetValueOrDefault(TenantId.Global);
        return tree is null ? null : ArgumentReading.Of(tree, facts.Params);
    }

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

        return new RoutingTable(all, plans.ToFrozenDictionary(), this);
    }

    private ArgumentTree TreeOf(TenantId tenant, RoutePlan plan, RoutingTable? before)
    {
        var global = _plans.GetValueOrDefault(TenantId.Global, RoutePlan.Empty);
        return before is not null && before._plans.GetValueOrDefault(tenant) == plan && before.Global == global
            ? before._arguments[tenant]
            : new ArgumentTree(plan.Pointers.Concat(global.Pointers));
    }
}
