using System.Collections.Immutable;
using McpRegistry.AccessControl;
using McpRegistry.Routing.Conditions;

namespace McpRegistry.Routing.Explaining;

/// <summary>Tells where rules could send recorded requests, by the servers of today and by what the log has kept.</summary>
internal sealed class RecordedTargets(AccessGate access)
{
    /// <summary>Tells what of a rule a request could go to.</summary>
    public RecordedReach Of(CompiledRoute route, RecordedCall call)
    {
        var rest = Of(route.Targets.Servers, call);
        if (route.Targets.Canary is not { } canary)
        {
            return rest;
        }

        var inside = Of(canary.Servers, call).Else(rest);
        return IsIn(route, canary, call) switch
        {
            Truth.Yes => inside,
            Truth.No => rest,
            _ => inside.Or(rest, WhatTellsCallers(canary.Key.Source)),
        };
    }

    private RecordedReach Of(RouteServers servers, RecordedCall call) => Of(servers.First, call).Else(Of(servers.Rest, call));

    private RecordedReach Of(ImmutableArray<RouteServer> servers, RecordedCall call)
    {
        var (sure, open) = (ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<string>());
        foreach (var server in servers)
        {
            var state = RouteTargetCheck.Check(access, call.View, call.Facts, call.Owner, server, out _);
            var names = state == TargetState.Usable ? sure : state == TargetState.LacksItem && call.Facts.Item is null ? open : null;
            if (names is not null && !names.Contains(server.Alias))
            {
                names.Add(server.Alias);
            }
        }

        return sure.Count > 0 ? new RecordedReach(Truth.Yes, [.. sure.Union(open, StringComparer.Ordinal)], RouteField.None)
            : open.Count > 0 ? new RecordedReach(Truth.Unknown, open.ToImmutable(), call.Facts.Unknown & RecordedCall.Items)
            : RecordedReach.Nowhere;
    }

    private static Truth IsIn(CompiledRoute route, RouteCanary canary, RecordedCall call) =>
        canary.Share <= 0 ? Truth.No
        : Knows(canary.Key.Source, call) ? RouteEngine.IsCanary(route, call.Facts) ? Truth.Yes : Truth.No
        : canary.Share >= 1 && canary.Key.Source is RouteKeySource.Principal or RouteKeySource.Session ? Truth.Yes
        : Truth.Unknown;

    /// <summary>Of principals of the host the log has no more than their user, if any; sessions and headers it never has.</summary>
    private static bool Knows(RouteKeySource source, RecordedCall call) => source switch
    {
        RouteKeySource.Principal => call.Entry.ApiKeyId is not null,
        RouteKeySource.Address => call.Facts.Address is not null,
        _ => false,
    };

    private static RouteField WhatTellsCallers(RouteKeySource source) => source switch
    {
        RouteKeySource.Principal => RouteField.User,
        RouteKeySource.Address => RouteField.Address,
        _ => RouteField.Header,
    };
}
