namespace McpRegistry.Routing;

/// <summary>The share of callers that goes elsewhere.</summary>
/// <param name="Share">The share, 0 to 1. Whoever is in it stays in when it grows.</param>
/// <param name="Key">By what callers are told apart.</param>
/// <param name="Servers">Where they go.</param>
internal sealed record RouteCanary(double Share, RouteKey Key, RouteServers Servers);
