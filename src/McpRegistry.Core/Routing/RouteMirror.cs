namespace McpRegistry.Routing;

/// <summary>Where copies of calls go that change nothing.</summary>
/// <param name="Share">The share of calls that is copied, 0 to 1.</param>
/// <param name="Server">Where to.</param>
internal sealed record RouteMirror(double Share, RouteServer Server);
