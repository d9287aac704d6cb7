namespace McpRegistry.Resilience;

/// <summary>How long a call may take.</summary>
/// <param name="Silence">How long without a sign of life.</param>
/// <param name="Whole">How long in all.</param>
/// <param name="Attempt">How long one endpoint may be silent; null for no time of its own.</param>
/// <param name="Patience">How long without a sign of life by the operator, where the caller has chosen the times; null where he has not.</param>
internal sealed record CallTimes(TimeSpan Silence, TimeSpan Whole, TimeSpan? Attempt = null, TimeSpan? Patience = null);
