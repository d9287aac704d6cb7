using System.Collections.Immutable;

namespace McpRegistry.Routing;

/// <summary>The servers of a list of targets, parted once into those that are tried first and those that wait until none of these is usable.</summary>
internal sealed class RouteServers
{
    public static readonly RouteServers None = new([]);

    /// <param name="all">The servers as they are written; where all are preferred, none is before the others.</param>
    public RouteServers(ImmutableArray<RouteServer> all)
    {
        All = all;
        var preferred = all.RemoveAll(static server => !server.IsPreferred);
        (First, Rest) = preferred.IsEmpty ? (all, []) : (preferred, all.RemoveAll(static server => server.IsPreferred));
    }

    /// <summary>Gets the servers in the order in which they are written.</summary>
    public ImmutableArray<RouteServer> All { get; }

    /// <summary>Gets those that calls are spread over while one of them is usable.</summary>
    public ImmutableArray<RouteServer> First { get; }

    /// <summary>Gets those that take over meanwhile; none where the list prefers none.</summary>
    public ImmutableArray<RouteServer> Rest { get; }

    public bool IsEmpty => All.IsEmpty;
}
