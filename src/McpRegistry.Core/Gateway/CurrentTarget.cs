using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Routing;
using McpRegistry.Snapshots;
using McpRegistry.Upstream;

namespace McpRegistry.Gateway;

/// <summary>Leads calls that waited, while their server was changed, to what it is now.</summary>
internal static class CurrentTarget
{
    /// <summary>What becomes of an attempt whose server was taken out while it waited for the connection: nothing was sent, and nothing has failed.</summary>
    public static readonly UpstreamFault TakenOut = new(FaultReasons.Maintenance, "The server was taken out before the call was sent.") { IsOwnDoing = true };

    /// <summary>Tells whether the server of a call was deleted.</summary>
    public static bool IsGone(RegistrySnapshots snapshots, in RouteTarget target) => !snapshots.Current.Servers.ContainsKey(target.Server!.Server.Id);

    /// <summary>Tells whether the server of a call has meanwhile been taken out for maintenance or switched off, so that the call is not to be sent there any more.</summary>
    public static bool IsTakenOut(RegistrySnapshots snapshots, GatewayCall call, in RouteTarget target) =>
        snapshots.Current.Servers.TryGetValue(target.Server!.Server.Id, out var current)
        && (!current.Server.Enabled || (current.Server.InMaintenance && !target.Server.Server.InMaintenance && !RouteTarget.GoesOn(call, current)));

    /// <summary>
    /// Tells whether a server has meanwhile been taken out for maintenance, switched off or deleted. Asked for what goes on with nothing, and for what nobody is
    /// told: another attempt of a call that runs, and a copy.
    /// </summary>
    public static bool TakesNothingNew(RegistrySnapshots snapshots, ServerEntry server) =>
        !snapshots.Current.Servers.TryGetValue(server.Server.Id, out var current) || !current.Server.Enabled || current.Server.InMaintenance;

    /// <summary>Follows a server to its present connections. One that is gone stays as it was, and says so itself.</summary>
    /// <param name="snapshots">What servers are now.</param>
    /// <param name="call">A call of which nothing was sent yet, or nothing that may have run.</param>
    /// <param name="target">Where it was to go.</param>
    /// <param name="followed">Where it goes; an error where the server gets no calls any more.</param>
    /// <returns>False when nothing has changed.</returns>
    public static bool TryFollow(RegistrySnapshots snapshots, GatewayCall call, in RouteTarget target, out RouteTarget followed)
    {
        followed = target;
        var known = target.Server!;
        if (!snapshots.Current.Servers.TryGetValue(known.Server.Id, out var current)
            || (ReferenceEquals(current.Connections, known.Connections) && current.Server.InMaintenance == known.Server.InMaintenance))
        {
            return false;
        }

        followed = CallRouter.Move(target, current, call.Message.Method == McpMethod.ToolsCall ? target.RoutingName : null).GoOn(call);
        call.Target = current;

        // Its place is that of an answer of the server as it was.
        call.Place = null;
        return true;
    }
}
