using McpRegistry.Discovery;

namespace McpRegistry.Servers;

/// <summary>How a server is right now.</summary>
/// <param name="Health">The state that routing and lists go by.</param>
/// <param name="Fault">Why it is not healthy; null when it is.</param>
/// <param name="Since">When it entered this state, UTC.</param>
internal sealed record ServerCondition(ServerHealth Health, DiscoveryFault? Fault, DateTimeOffset Since);
