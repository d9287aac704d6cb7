namespace McpRegistry.Resilience;

/// <summary>How long a call may take.</summary>
/// <param name="Silence">How long without a sign of life.</param>
/// <param name="Whole">How long in all.</param>
/// <param name="Attempt">How long one endpoint may be silent; null for no time of its own.</param>
/// <param name="AreCallers">Whether the caller has chosen them, so that their end says nothing about the server.</param>
internal sealed record CallTimes(TimeSpan Silence, TimeSpan Whole, TimeSpan? Attempt = null, bool AreCallers = false);
