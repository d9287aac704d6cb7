using System.Collections.Immutable;
using McpRegistry.AccessControl;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Routing.Conditions;
using McpRegistry.Snapshots;

namespace McpRegistry.Routing.Explaining;

/// <summary>Explains where calls go, by the very code that leads them. Nothing is sent, and nobody's turn is used up.</summary>
internal sealed class RouteExplainer(RoutingRules rules, RouteEngine engine, AccessGate access, RegistrySnapshots snapshots)
{
    private const string Mirror = "mirror";

    /// <summary>Explains a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="at">When; conditions on the time go by it.</param>
    /// <param name="size">The bytes of the request; null for those of the call.</param>
    public RouteExplanation Explain(GatewayCall call, DateTimeOffset at, long? size)
    {
        if (AccessGate.RefuseKey(call) is { } refused)
        {
            return Nowhere(refused);
        }

        var view = access.ViewOf(call.Caller);
        var single = call.Alias is null ? null : view.Find(call.Alias);
        if (call.Alias is not null && single?.Report is null)
        {
            return Nowhere(single is null ? GatewayError.UnknownServer(call.Alias) : GatewayError.Absent(single.Server.Alias, single.Absence), single);
        }

        if (!CallRouter.IsRouted(call.Message))
        {
            return Unrouted(single, call);
        }

        var target = single is null ? TargetResolver.Merged(view, call) : TargetResolver.Single(single, call.Message);
        if (target.Server is not { } owner)
        {
            return Nowhere(target.Error!);
        }

        if (Denied(owner, call) is { } denied)
        {
            return Nowhere(denied, owner);
        }

        var table = rules.Current;
        var facts = CallRouter.FactsOf(call, target, at) with { Size = size ?? call.Message.Body.Length };
        using var arguments = table.ReadArguments(facts);
        facts = facts with { Arguments = arguments };
        var explained = ImmutableArray.CreateBuilder<ExplainedRule>();
        RouteChoice choice = default;
        CompiledRoute? copier = null;
        foreach (var route in table.Of(call.Caller.Tenant).Rules.AddRange(table.Global.Rules))
        {
            if (choice.Rule is not null)
            {
                explained.Add(new ExplainedRule(route.Rule, RuleState.NotReached, null, null, []));
                continue;
            }

            var rule = Explain(route, view, facts, owner, out choice);
            copier ??= rule.State is RuleState.Chosen or RuleState.OnlyMirrors && engine.MayCopy(route, view, facts, owner) ? route : null;
            explained.Add(rule);
        }

        choice = choice with { Copier = copier };

        // Without a rule the call goes to its owner, and is told when that is away.
        var error = choice.Server is null && !owner.IsServed ? target.Error : null;
        call.BalancingPolicy = choice.Server is null ? null : choice.Rule!.Rule.LoadBalancingPolicy;
        call.Endpoint = choice.Endpoint;
        return Spread(new RouteExplanation(owner, facts.Item, error, true, explained.ToImmutable(), choice), choice.Server ?? owner, call);
    }

    /// <summary>Explains a call about which no rule is asked. At the endpoint of one server it goes there, unless the gateway answers it.</summary>
    private RouteExplanation Unrouted(ServerEntry? single, GatewayCall call)
    {
        var explanation = new RouteExplanation(single, null, null, false, [], default);
        if (single is null || call.Message.Method is McpMethod.Discover or McpMethod.SetLogLevel or McpMethod.Listen or McpMethod.ResourcesUnsubscribe)
        {
            return explanation;
        }

        var error = Denied(single, call) ?? (single.IsServed ? null : TargetResolver.Single(single, call.Message).Error);
        return Spread(explanation with { Error = error }, single, call);
    }

    private GatewayError? Denied(ServerEntry server, GatewayCall call) => access.Decide(call.Caller, server.Server, AccessGate.ToSee, call.Message.Method).IsAllowed
        ? null
        : new GatewayError(ErrorCodes.InvalidRequest, "The caller may not call this method at this server.", "access_denied");

    /// <summary>Adds where a call goes at its server, which may be nowhere.</summary>
    private static RouteExplanation Spread(RouteExplanation explanation, ServerEntry? server, GatewayCall call)
    {
        if (explanation.Error is not null || server?.Connections.Explain(call) is not { } spread)
        {
            return explanation;
        }

        var error = spread.Refused is { } fault ? GatewayError.OfFault(server.Server.Alias, fault, isRepeatable: false) : null;
        return explanation with { Spread = spread, Error = error };
    }

    private ExplainedRule Explain(CompiledRoute route, TenantView view, in RouteFacts facts, ServerEntry owner, out RouteChoice choice)
    {
        choice = default;
        if (route.Condition.Of(facts) != Truth.Yes)
        {
            return new ExplainedRule(route.Rule, RuleState.Conditions, route.Condition.Culprit(facts)?.Path, null, []);
        }

        var isCanary = RouteEngine.IsCanary(route, facts);
        var targets = ImmutableArray.CreateBuilder<ExplainedTarget>();
        Add(targets, "servers", route.Targets.Servers.All, view, facts, owner);
        Add(targets, "canary", route.Targets.Canary?.Servers.All ?? [], view, facts, owner);
        Add(targets, Mirror, route.Targets.Mirror is { } mirror ? [mirror.Server] : [], view, facts, owner);
        var state = engine.TryChoose(route, view, facts, owner, isReal: false, out choice) ? RuleState.Chosen
            : route.Targets.OnlyMirrors ? engine.MayCopy(route, view, facts, owner) ? RuleState.OnlyMirrors : RuleState.NoUsableTarget
            : route.Targets.Servers.IsEmpty && !isCanary ? RuleState.NotInCanary
            : RuleState.NoUsableTarget;
        return new ExplainedRule(route.Rule, state, null, route.Targets.Canary is null ? null : isCanary, targets.ToImmutable());
    }

    private void Add(
        ImmutableArray<ExplainedTarget>.Builder targets, string part, ImmutableArray<RouteServer> servers, TenantView view, in RouteFacts facts, ServerEntry owner)
    {
        var (first, isPreferredUsable, isAnyUsable) = (targets.Count, false, false);
        var refusing = 0UL;
        foreach (var server in servers)
        {
            var state = RouteTargetCheck.Check(access, view, facts, owner, server, out var entry);
            if (part == Mirror && state == TargetState.Usable && !(MirroredCalls.Include(facts, owner) && MirroredCalls.Include(facts, entry!)))
            {
                state = TargetState.MayChange;
            }

            var isHidden = state == TargetState.UnknownServer && snapshots.Current.For(facts.Caller.Tenant).Find(server.Alias) is not null;
            var isRefusing = server.IsPreferred && state == TargetState.Usable && RouteTargetCheck.IsRefusing(server, entry!);
            refusing |= isRefusing ? 1UL << (targets.Count - first) : 0;
            isAnyUsable |= state == TargetState.Usable && !isRefusing;
            targets.Add(new ExplainedTarget(part, server, isHidden ? TargetState.Hidden : state));
            isPreferredUsable |= server.IsPreferred && state == TargetState.Usable && !isRefusing;
        }

        // Where all are preferred, none is.
        for (var i = first; isAnyUsable && servers.Any(static server => !server.IsPreferred) && i < targets.Count; i++)
        {
            targets[i] = (refusing >> (i - first) & 1) != 0 ? targets[i] with { State = TargetState.Refusing } : targets[i];
        }

        for (var i = first; isPreferredUsable && i < targets.Count; i++)
        {
            if (targets[i] is { State: TargetState.Usable, Server.IsPreferred: false } waiting)
            {
                targets[i] = waiting with { State = TargetState.Standby };
            }
        }
    }

    private static RouteExplanation Nowhere(GatewayError error, ServerEntry? owner = null) => new(owner, null, error, true, [], default);
}
