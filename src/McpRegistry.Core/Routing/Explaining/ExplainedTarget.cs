namespace McpRegistry.Routing.Explaining;

/// <summary>How a target of a rule stands to a call.</summary>
/// <param name="Part">Where in the targets it stands: <c>servers</c>, <c>canary</c> or <c>mirror</c>.</param>
/// <param name="Server">The target.</param>
/// <param name="State">Whether it is usable, and if not, why.</param>
internal sealed record ExplainedTarget(string Part, RouteServer Server, TargetState State);
