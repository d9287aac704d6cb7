namespace McpRegistry.Routing;

/// <summary>Where the calls of a rule go.</summary>
/// <param name="Servers">The servers; none leaves calls where they would go without the rule.</param>
/// <param name="Sticky">By what callers stay with one of them; null spreads each call anew.</param>
/// <param name="Canary">Who goes elsewhere; null for nobody.</param>
/// <param name="Mirror">Where copies go; null for nowhere.</param>
internal sealed record RouteTargets(RouteServers Servers, RouteKey? Sticky, RouteCanary? Canary, RouteMirror? Mirror)
{
    public static readonly RouteTargets None = new(RouteServers.None, null, null, null);

    /// <summary>Gets a value that tells whether the rule only has copies made, and leaves it to the rules after it where calls go.</summary>
    public bool OnlyMirrors => Servers.IsEmpty && Canary is null && Mirror is not null;

    /// <summary>Gets the headers that assign callers.</summary>
    public IEnumerable<string> Headers => new[] { Sticky?.Header, Canary?.Key.Header }.OfType<string>();
}
