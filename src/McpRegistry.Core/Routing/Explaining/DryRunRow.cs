using System.Collections.Immutable;
using McpRegistry.Analytics;
using McpRegistry.Routing.Conditions;

namespace McpRegistry.Routing.Explaining;

/// <summary>One recorded request and what the rules say about it.</summary>
/// <param name="Entry">The request.</param>
/// <param name="Server">The alias of the server that it went to; null when that is gone.</param>
/// <param name="Verdict">What the rules say.</param>
/// <param name="Rule">The first rule that surely decides; null for none.</param>
/// <param name="Targets">The servers of that rule that the request could go to.</param>
/// <param name="Possible">The rules before that one of which nobody knows whether they hold.</param>
/// <param name="Missing">What the log lacks for them.</param>
internal sealed record DryRunRow(
    RequestLogEntry Entry, string? Server, DryRunVerdict Verdict, RoutingRule? Rule, ImmutableArray<string> Targets, ImmutableArray<RoutingRule> Possible, RouteField Missing)
{
    /// <summary>Gets the rule by which a copy would be made, if the share of its mirror falls on the request; null for none.</summary>
    public RoutingRule? Copier { get; init; }
}
