namespace McpRegistry.Limits;

/// <summary>How a window stands in the store.</summary>
/// <param name="Leased">The calls that replicas were given and have not returned.</param>
/// <param name="Spent">Those of them that were reported as made.</param>
/// <param name="Epoch">The number of times that the window was reset, and one.</param>
public readonly record struct QuotaUse(long Leased, long Spent, long Epoch);
