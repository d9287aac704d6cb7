namespace McpRegistry.Storage;

/// <summary>How well this replica follows the store.</summary>
/// <param name="Connected">Whether the feed is being read; false while the store cannot be reached.</param>
/// <param name="Revision">The last revision that was applied.</param>
/// <param name="Lag">How long the last change took from its write to here, by the clocks of both replicas.</param>
/// <param name="Since">When <paramref name="Connected"/> last changed, UTC.</param>
/// <param name="Fault">Why the feed is not read; null while it is.</param>
internal sealed record FollowerState(bool Connected, long Revision, TimeSpan Lag, DateTimeOffset Since, Exception? Fault);
