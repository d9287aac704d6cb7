using McpRegistry.Discovery;

namespace McpRegistry.Servers;

/// <summary>A server together with what was last discovered on it.</summary>
/// <param name="Server">The definition.</param>
/// <param name="Discovery">The last discovery; null before the first one ended.</param>
public sealed record StoredServer(RegisteredServer Server, DiscoveryReport? Discovery);
