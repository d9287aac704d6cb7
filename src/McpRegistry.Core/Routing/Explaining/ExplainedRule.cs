using System.Collections.Immutable;

namespace McpRegistry.Routing.Explaining;

/// <summary>How a rule stands to a call.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="State">What became of it.</param>
/// <param name="Condition">The path of the condition that does not hold; null where all do, or were not asked.</param>
/// <param name="IsCanary">Whether the caller is in the share that goes elsewhere; null where that was not asked.</param>
/// <param name="Targets">Its targets; empty where they were not asked for.</param>
internal sealed record ExplainedRule(RoutingRule Rule, RuleState State, string? Condition, bool? IsCanary, ImmutableArray<ExplainedTarget> Targets);
