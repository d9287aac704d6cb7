using McpRegistry.Routing.Conditions;

namespace McpRegistry.Routing;

/// <summary>A rule in the form in which it is asked.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Condition">What a call must meet.</param>
/// <param name="Targets">Where such a call goes.</param>
/// <param name="Policy">How it is chosen.</param>
/// <param name="Rotation">Where the rule is in spreading its calls; it outlives changes of the rule.</param>
internal sealed record CompiledRoute(RoutingRule Rule, RouteCondition Condition, RouteTargets Targets, RoutePolicy Policy, RouteRotation Rotation)
{
    /// <summary>Gets what keeps the assignments of one rule apart from those of another.</summary>
    public ulong Salt { get; } = StableHash.Of(Rule.Id.ToByteArray());

    /// <summary>Gets by what callers stay with a server; null when each call is spread anew.</summary>
    public RouteKey? Sticky => Targets.Sticky ?? (Policy == RoutePolicy.ConsistentHash ? ByPrincipal : null);

    private static RouteKey ByPrincipal { get; } = new(RouteKeySource.Principal, null);
}
