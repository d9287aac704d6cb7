namespace McpRegistry.Balancing;

/// <summary>What a balancer may know of a call.</summary>
/// <param name="Key">
/// A stable hash of whom the call belongs to, by the option <c>Key</c>: the same on each replica and after a restart. 0 where the balancer does not use keys.
/// </param>
public readonly record struct LoadBalancingCall(ulong Key);
