namespace McpRegistry.Limits;

/// <summary>What a store gave of a window, and how the window stands afterwards.</summary>
/// <param name="Granted">The calls that the replica may make; 0 when nothing is left or nothing was to be given ahead of need.</param>
/// <param name="Epoch">The number of times that the window was reset, and one: reports and returns of another epoch are ignored.</param>
/// <param name="Free">The calls that no replica has leased.</param>
/// <param name="Held">The leased calls that no replica has reported as made, this grant left out: they may still come back.</param>
public readonly record struct QuotaGrant(int Granted, long Epoch, long Free, long Held);
