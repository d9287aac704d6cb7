using System.Collections.Immutable;
using McpRegistry.Balancing;
using McpRegistry.Gateway;
using McpRegistry.Snapshots;

namespace McpRegistry.Routing.Explaining;

/// <summary>Where a call would go, and why.</summary>
/// <param name="Owner">The server that the call names; null when there is none for the caller.</param>
/// <param name="Item">The item's own name there; null for none.</param>
/// <param name="Error">What the caller would be told instead of being routed; null for nothing.</param>
/// <param name="IsRouted">Whether rules decide about such a call at all.</param>
/// <param name="Rules">The rules in their order.</param>
/// <param name="Choice">Where the call goes.</param>
internal sealed record RouteExplanation(
    ServerEntry? Owner, string? Item, GatewayError? Error, bool IsRouted, ImmutableArray<ExplainedRule> Rules, RouteChoice Choice)
{
    /// <summary>Gets over which endpoints of the chosen server the call would be spread; null where it goes to none.</summary>
    public ExplainedSpread? Spread { get; init; }
}
