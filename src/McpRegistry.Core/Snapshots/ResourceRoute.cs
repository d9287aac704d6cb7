namespace McpRegistry.Snapshots;

/// <summary>Where a client's URI leads.</summary>
/// <param name="Owner">The server.</param>
/// <param name="Uri">Its own URI, or template.</param>
/// <param name="IsWrapped">Whether the client's is the wrapped form of that.</param>
internal readonly record struct ResourceRoute(ServerEntry Owner, string Uri, bool IsWrapped);
