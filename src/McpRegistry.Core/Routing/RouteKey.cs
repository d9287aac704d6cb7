namespace McpRegistry.Routing;

/// <summary>What a call is assigned to a target by.</summary>
/// <param name="Source">What.</param>
/// <param name="Header">The header; null for other sources.</param>
internal sealed record RouteKey(RouteKeySource Source, string? Header);
