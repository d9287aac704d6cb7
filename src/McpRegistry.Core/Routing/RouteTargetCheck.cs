using McpRegistry.AccessControl;
using McpRegistry.Routing.Conditions;
using McpRegistry.Servers;
using McpRegistry.Snapshots;

namespace McpRegistry.Routing;

/// <summary>Tells whether a call can go to a target, by what exists for its caller.</summary>
internal static class RouteTargetCheck
{
    /// <summary>Checks a target.</summary>
    /// <param name="access">What the caller may do.</param>
    /// <param name="view">What exists for it.</param>
    /// <param name="facts">The call.</param>
    /// <param name="owner">The server that the call names; null when it is gone.</param>
    /// <param name="target">The target.</param>
    /// <param name="entry">Its server; null when there is none for the caller.</param>
    public static TargetState Check(AccessGate access, TenantView view, in RouteFacts facts, ServerEntry? owner, RouteServer target, out ServerEntry? entry)
    {
        entry = view.Find(target.Alias);
        return entry is null ? TargetState.UnknownServer
            : target.Weight == 0 ? TargetState.NoWeight
            : !entry.IsServed ? entry is { IsReached: true } ? TargetState.Maintenance : TargetState.Away
            : target.Endpoint is { } endpoint && CheckEndpoint(entry, endpoint) is var state and not TargetState.Usable ? state
            : !entry.Connections.Admits(target.Endpoint) ? TargetState.CircuitOpen
            : ReferenceEquals(entry, owner) ? TargetState.Usable
            : !Offers(entry, facts) ? TargetState.LacksItem
            : !HasSameHeaders(entry, owner, facts) ? TargetState.OtherHeaders
            : !access.Lists(facts.Caller, entry.Server, facts.Method) ? TargetState.MethodDenied
            : TargetState.Usable;
    }

    /// <summary>Tells whether a target that is usable wants to be left alone, so that others of its list are asked before it. Where it keeps state for sessions, these stay.</summary>
    public static bool IsRefusing(RouteServer target, ServerEntry entry) => !KeepsState(entry) && entry.Connections.IsHeldBack(target.Endpoint);

    /// <summary>Tells whether a server keeps state for a session.</summary>
    public static bool KeepsState(ServerEntry entry) => entry is { Report.Era: ProtocolEra.Legacy, Server.Isolation: not SessionIsolation.Shared };

    private static TargetState CheckEndpoint(ServerEntry entry, Guid id)
    {
        foreach (var endpoint in entry.Server.Endpoints)
        {
            if (endpoint.Id == id)
            {
                return entry.Connections.Reaches(id) ? TargetState.Usable : TargetState.EndpointAway;
            }
        }

        return TargetState.UnknownEndpoint;
    }

    private static bool Offers(ServerEntry entry, in RouteFacts facts) =>
        facts.Item is { } item && entry.Report is { } report && OfferedItems.Of(report).Has(facts.ItemField, item);

    private static bool HasSameHeaders(ServerEntry entry, ServerEntry? owner, in RouteFacts facts) => facts.ItemField != RouteField.Tool
        || Protocol.ParameterHeaders.AreSame(AnnotatedTools.Find(entry.Report, facts.Item), AnnotatedTools.Find(owner?.Report, facts.Item));
}
