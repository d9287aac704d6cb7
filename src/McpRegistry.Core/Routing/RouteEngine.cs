using System.Collections.Immutable;
using McpRegistry.AccessControl;
using McpRegistry.Routing.Conditions;
using McpRegistry.Servers;
using McpRegistry.Snapshots;

namespace McpRegistry.Routing;

/// <summary>Decides by one state of the rules where a call goes. Takes no lock and no memory.</summary>
internal sealed class RouteEngine(AccessGate access)
{
    private static readonly RouteKey BySession = new(RouteKeySource.Session, null);

    /// <summary>
    /// Finds the first rule that holds and has a target: those of the caller's tenant, then those for everybody. Rules that only
    /// make copies do not end the search.
    /// </summary>
    public RouteChoice Choose(RoutingTable table, TenantView view, in RouteFacts facts, ServerEntry owner)
    {
        using var arguments = table.ReadArguments(facts);
        return arguments is null ? ChooseOf(table, view, facts, owner) : ChooseOf(table, view, facts with { Arguments = arguments }, owner);
    }

    /// <summary>Lets one rule choose, whose conditions hold.</summary>
    /// <param name="route">The rule.</param>
    /// <param name="view">What exists for the caller.</param>
    /// <param name="facts">The call.</param>
    /// <param name="owner">The server that the call names.</param>
    /// <param name="isReal">Whether the choice is acted upon, so that the next one is another's turn.</param>
    /// <param name="choice">The choice.</param>
    /// <returns>False when nothing of the rule is usable for this call, and when it only makes copies.</returns>
    public bool TryChoose(CompiledRoute route, TenantView view, in RouteFacts facts, ServerEntry owner, bool isReal, out RouteChoice choice)
    {
        if (IsCanary(route, facts) && TryPick(route, route.Targets.Canary!.Servers, route.Targets.Canary.Key, view, facts, owner, isReal, out choice))
        {
            choice = choice with { IsCanary = true };
            return true;
        }

        return TryPick(route, route.Targets.Servers, route.Sticky, view, facts, owner, isReal, out choice);
    }

    /// <summary>Tells whether a caller is in the share of a rule that goes elsewhere. A call without the key is not.</summary>
    public static bool IsCanary(CompiledRoute route, in RouteFacts facts) => route.Targets.Canary is { } canary
        && RouteKeyReader.Read(canary.Key, facts) is { } key
        && StableHash.ToUnit(StableHash.Combine(route.Salt, key)) < canary.Share;

    /// <summary>Tells whether copies of a call can be made by a rule: its mirror is usable, and both servers change nothing by such a call.</summary>
    public bool MayCopy(CompiledRoute route, TenantView view, in RouteFacts facts, ServerEntry owner) => route.Targets.Mirror is { } mirror
        && MirroredCalls.Include(facts, owner)
        && RouteTargetCheck.Check(access, view, facts, owner, mirror.Server, out var entry) == TargetState.Usable
        && MirroredCalls.Include(facts, entry!);

    private RouteChoice ChooseOf(RoutingTable table, TenantView view, in RouteFacts facts, ServerEntry owner)
    {
        var own = table.Of(facts.Caller.Tenant);
        var choice = own.Rules.IsEmpty ? default : Choose(own.MayMeet(facts), null, view, facts, owner);
        return choice.Rule is not null || table.Global.Rules.IsEmpty ? choice : Choose(table.Global.MayMeet(facts), choice.Copier, view, facts, owner);
    }

    private RouteChoice Choose(RouteCursor cursor, CompiledRoute? copier, TenantView view, in RouteFacts facts, ServerEntry owner)
    {
        while (cursor.Next(out var route))
        {
            if (route.Condition.Of(facts) != Truth.Yes)
            {
                continue;
            }

            var isChosen = TryChoose(route, view, facts, owner, isReal: true, out var choice);
            if (copier is null && (isChosen || route.Targets.OnlyMirrors) && MayCopy(route, view, facts, owner))
            {
                copier = route;
            }

            if (isChosen)
            {
                return choice with { Copier = copier };
            }
        }

        return new RouteChoice(null, null, null, false, copier);
    }

    /// <summary>Chooses among the servers that come first, and while none of them is usable, or all that are want to be left alone, among the rest.</summary>
    private bool TryPick(
        CompiledRoute route, RouteServers servers, RouteKey? sticky, TenantView view, in RouteFacts facts, ServerEntry owner, bool isReal, out RouteChoice choice) =>
        TryPick(route, servers.First, sticky, view, facts, owner, isReal, !servers.Rest.IsEmpty, out choice)
        || (!servers.Rest.IsEmpty
            && (TryPick(route, servers.Rest, sticky, view, facts, owner, isReal, false, out choice)
                || TryPick(route, servers.First, sticky, view, facts, owner, isReal, false, out choice)));

    private bool TryPick(
        CompiledRoute route, ImmutableArray<RouteServer> servers, RouteKey? sticky, TenantView view, in RouteFacts facts, ServerEntry owner, bool isReal, bool sparesRefusing,
        out RouteChoice choice)
    {
        var usable = 0UL;
        var keepsState = false;
        for (var i = 0; i < servers.Length; i++)
        {
            if (RouteTargetCheck.Check(access, view, facts, owner, servers[i], out var entry) == TargetState.Usable
                && !(sparesRefusing && RouteTargetCheck.IsRefusing(servers[i], entry!)))
            {
                usable |= 1UL << i;
                keepsState |= RouteTargetCheck.KeepsState(entry!);
            }
        }

        choice = default;
        if (usable == 0)
        {
            return false;
        }

        // What a session has at one server, it has not at another.
        sticky ??= keepsState && servers.Length > 1 ? BySession : null;
        var key = sticky is null ? null : RouteKeyReader.Read(sticky, facts);
        RoutePolicy? policy = System.Numerics.BitOperations.IsPow2(usable) ? null
            : key is not null ? RoutePolicy.ConsistentHash
            : route.Policy == RoutePolicy.RoundRobin ? RoutePolicy.RoundRobin
            : RoutePolicy.Weighted;
        var chosen = servers[Pick(route, policy, servers, usable, key, isReal)];
        choice = new RouteChoice(route, view.Find(chosen.Alias), chosen.Endpoint, false) { Policy = policy };
        return true;
    }

    private static int Pick(CompiledRoute route, RoutePolicy? policy, ImmutableArray<RouteServer> servers, ulong usable, ulong? key, bool isReal) => policy switch
    {
        null => System.Numerics.BitOperations.TrailingZeroCount(usable),
        RoutePolicy.ConsistentHash => RouteSpread.ByKey(servers, usable, key!.Value),
        RoutePolicy.RoundRobin => RouteSpread.ByTurn(usable, TurnOf(route, isReal)),
        _ => RouteSpread.ByWeight(servers, usable, RouteRotation.PointOf(TurnOf(route, isReal))),
    };

    private static long TurnOf(CompiledRoute route, bool isReal) => isReal ? route.Rotation.Take() : route.Rotation.Turns;
}
