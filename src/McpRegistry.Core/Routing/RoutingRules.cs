using McpRegistry.Storage;
using Microsoft.Extensions.Logging;

namespace McpRegistry.Routing;

/// <summary>Holds the current state of the routing rules. Readers take it with one volatile read; a change is one exchange.</summary>
internal sealed class RoutingRules(ILogger<RoutingRules> log, RoutePolicies? policies = null) : RulesInForce<RoutingRule>
{
    private readonly RoutePolicies _policies = policies ?? RoutePolicies.BuiltIn;
    private volatile RoutingTable _current = RoutingTable.Empty;

    public RoutingTable Current => _current;

    protected override IEnumerable<RoutingRule> Known => _current.Rules.Select(static route => route.Rule);

    protected override RuleState StateOf(RoutingRule rule) => new(rule.Tenant, rule.Id, rule.Version, rule.UpdatedAt);

    protected override RoutingRule? FindKnown(Guid id) => _current.Find(id)?.Rule;

    protected override void Publish(Func<(IReadOnlyCollection<Guid> Gone, IReadOnlyCollection<RoutingRule> News)> change)
    {
        lock (Writing)
        {
            var before = _current;
            var (gone, news) = change();
            var compiled = new List<CompiledRoute>();
            var left = gone.ToList();
            foreach (var rule in news)
            {
                if (rule.IsActive && Compile(rule, before) is { } route)
                {
                    compiled.Add(route);
                    continue;
                }

                // No version of it stays in the table that would tell an older state from a newer one.
                TakeOut_NeedsLock(other => other.Id == rule.Id && other.Version <= rule.Version);
                left.Add(rule.Id);
            }

            if (compiled.Count > 0 || left.Exists(id => before.Find(id) is not null))
            {
                _current = before.With(left, compiled);
            }
        }
    }

    /// <summary>A rule that this host cannot read, be it of a newer version or with a policy that the host does not have, is left out rather than half obeyed.</summary>
    private CompiledRoute? Compile(RoutingRule rule, RoutingTable before)
    {
        var faults = new List<ValidationFault>();
        var route = RouteCompiler.Compile(rule, before.Find(rule.Id)?.Rotation, _policies, faults);
        if (faults.Count == 0)
        {
            return route;
        }

        log.UnreadableRule(rule.Id, rule.Name, faults[0].Path, faults[0].Code);
        return null;
    }
}
