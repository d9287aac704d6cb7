using System.Diagnostics.CodeAnalysis;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;

namespace McpRegistry.Gateway;

/// <summary>Where a request goes: the server and the item's name there; or why it goes nowhere.</summary>
internal readonly record struct RouteTarget
{
    private RouteTarget(ServerEntry? server, ReadOnlyMemory<byte> upstreamName, string? routingName, GatewayError? error)
    {
        Server = server;
        UpstreamName = upstreamName;
        RoutingName = routingName;
        Error = error;
    }

    /// <summary>Gets the server that has what is asked for; also when it cannot be asked now.</summary>
    public ServerEntry? Server { get; }

    /// <summary>Gets the name to put into the params as a JSON string; empty leaves them as they are.</summary>
    public ReadOnlyMemory<byte> UpstreamName { get; }

    /// <summary>Gets the item's name or URI as text, for <c>Mcp-Name</c>; null where there is none.</summary>
    public string? RoutingName { get; }

    /// <summary>Gets the arguments of a tool that are mirrored into headers; null for none.</summary>
    public ParameterHeaders? Parameters { get; init; }

    /// <summary>Gets a value that tells whether the client named a resource by the wrapped form of its URI.</summary>
    public bool IsWrapped { get; init; }

    public GatewayError? Error { get; }

    [MemberNotNullWhen(true, nameof(Server))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Found => Error is null;

    public static implicit operator RouteTarget(GatewayError error) => new(null, default, null, error);

    public static RouteTarget To(ServerEntry server, string? routingName, ReadOnlyMemory<byte> upstreamName = default) =>
        new(server, upstreamName, routingName, server.IsServed ? null : GatewayError.Absent(server.Server.Alias, server.Absence));

    /// <summary>Leads what goes on with something begun also to a server that gets nothing new, as one in maintenance.</summary>
    public RouteTarget GoOn(GatewayCall call) => Server is { IsServed: false, IsReached: true } server && GoesOn(call, server)
        ? new RouteTarget(Server, UpstreamName, RoutingName, null) { Parameters = Parameters, IsWrapped = IsWrapped }
        : this;

    /// <summary>
    /// Tells whether a request is about a task, or brings the answers to questions. Where their members mean nothing, in the session era and of a server that is never
    /// answered without a state, they are no way around rules and maintenance.
    /// </summary>
    /// <param name="call">The request.</param>
    /// <param name="server">The server that it names.</param>
    public static bool GoesOn(GatewayCall call, ServerEntry server)
    {
        var message = call.Message;
        return McpMethods.IsTask(message.Method)
            || (call.Era == ProtocolEra.Modern && McpMethods.MayAsk(message.Method)
                && (!message.RequestState.IsMissing || (!message.InputResponses.IsMissing && server.Report?.Era != ProtocolEra.Legacy)));
    }

    /// <summary>Leads to a resource.</summary>
    public static RouteTarget To(ResourceRoute route, string? routingName) =>
        To(route.Owner, routingName, route.IsWrapped ? JsonText.Quote(route.Uri) : default) with { IsWrapped = route.IsWrapped };
}
