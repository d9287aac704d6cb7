namespace McpRegistry.Balancing;

/// <summary>An endpoint as this replica sees it now.</summary>
/// <param name="Load">What is known of it.</param>
/// <param name="IsConnected">Whether it is connected.</param>
internal readonly record struct KnownEndpoint(EndpointLoad Load, bool IsConnected);
