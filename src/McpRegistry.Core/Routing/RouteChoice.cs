using McpRegistry.Snapshots;

namespace McpRegistry.Routing;

/// <summary>What the rules say about a call.</summary>
/// <param name="Rule">The rule that won; null when none did.</param>
/// <param name="Server">Where the call goes; null where it would go anyway.</param>
/// <param name="Endpoint">The endpoint there; null leaves that to the server.</param>
/// <param name="IsCanary">Whether the caller is in the share that goes elsewhere.</param>
/// <param name="Copier">The rule by which a copy may be made, which need not be the one that won; null for none.</param>
internal readonly record struct RouteChoice(CompiledRoute? Rule, ServerEntry? Server, Guid? Endpoint, bool IsCanary, CompiledRoute? Copier = null)
{
    /// <summary>Gets what has chosen among several usable servers of the rule; null where there was one.</summary>
    public RoutePolicy? Policy { get; init; }

    /// <summary>Gets a value that tells whether no rule has anything to say.</summary>
    public bool IsNothing => Rule is null && Copier is null;
}
