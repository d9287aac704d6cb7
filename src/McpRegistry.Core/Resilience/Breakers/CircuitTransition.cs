namespace McpRegistry.Resilience;

/// <summary>A change of a breaker's state, as this replica made it or heard of it.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="State">What it became.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="Instance">The replica that made it; null for one without a name.</param>
internal sealed record CircuitTransition(DateTimeOffset At, CircuitState State, string? Reason, string? Instance);
