using McpRegistry.Gateway;
using McpRegistry.Servers;
using McpRegistry.Snapshots;

namespace McpRegistry.Routing;

/// <summary>Where a call goes by the rules.</summary>
/// <param name="Target">The server and the item's name there.</param>
/// <param name="Endpoint">The endpoint there; null leaves that to the server.</param>
/// <param name="IsMoved">Whether it goes elsewhere than without rules, so that what it leaves behind must say where.</param>
/// <param name="Mirror">Where a copy goes; null for nowhere.</param>
/// <param name="MirrorEndpoint">The endpoint there.</param>
internal readonly record struct RoutedCall(RouteTarget Target, Guid? Endpoint = null, bool IsMoved = false, RouteTarget? Mirror = null, Guid? MirrorEndpoint = null)
{
    /// <summary>Gets a value that tells whether there is something to do when the call has its answer.</summary>
    public bool HasSequel => IsMoved || Mirror is not null || IsSpread;

    /// <summary>Gets a value that tells whether what the call leaves behind must say at which endpoint; legacy servers keep it in sessions.</summary>
    public bool IsSpread => Target.Server is { } server && NamesEndpoints(server);

    /// <summary>Tells whether the questions of a server say at which of its endpoints they are.</summary>
    public static bool NamesEndpoints(ServerEntry server) => server is { Server.Endpoints.Length: > 1, Report.Era: not ProtocolEra.Legacy };
}
