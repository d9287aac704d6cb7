using McpRegistry.AccessControl;
using McpRegistry.Routing.Conditions;

namespace McpRegistry.Routing.Explaining;

/// <summary>Asks rules about recorded requests, in the order and by the conditions by which calls meet them.</summary>
internal sealed class RecordedRouting(RouteEngine engine, AccessGate access)
{
    private readonly RecordedTargets _targets = new(access);

    /// <summary>Asks the rules about one request.</summary>
    /// <param name="rules">The rules in their order.</param>
    /// <param name="call">The request.</param>
    public DryRunRow Ask(IReadOnlyList<CompiledRoute> rules, RecordedCall call)
    {
        var possible = new List<RoutingRule>();
        var missing = RouteField.None;
        RoutingRule? copier = null;
        foreach (var route in rules)
        {
            var holds = route.Condition.Of(call.Facts);
            if (holds == Truth.No)
            {
                continue;
            }

            var reach = _targets.Of(route, call);
            var isChosen = holds == Truth.Yes && reach.Truth == Truth.Yes;
            if (possible.Count == 0 && (isChosen || (holds == Truth.Yes && route.Targets.OnlyMirrors)) && MayCopy(route, call))
            {
                copier ??= route.Rule;
            }

            if (isChosen)
            {
                return Row(possible.Count > 0 ? DryRunVerdict.Undecided : DryRunVerdict.Rule, route.Rule, reach);
            }

            // Whatever its conditions say: a rule without a target is passed over.
            if (reach.Truth != Truth.No)
            {
                possible.Add(route.Rule);
                missing |= reach.Missing | (holds == Truth.Unknown ? route.Condition.Missing(call.Facts) : RouteField.None);
            }
        }

        return Row(possible.Count > 0 ? DryRunVerdict.Undecided : DryRunVerdict.Default, null, RecordedReach.Nowhere);

        DryRunRow Row(DryRunVerdict verdict, RoutingRule? rule, RecordedReach reach) =>
            new(call.Entry, call.Owner?.Server.Alias, verdict, rule, reach.Servers, [.. possible], missing) { Copier = copier };
    }

    private bool MayCopy(CompiledRoute route, RecordedCall call) => call.Owner is { } owner && engine.MayCopy(route, call.View, call.Facts, owner);
}
