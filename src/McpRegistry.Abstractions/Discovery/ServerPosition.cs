using McpRegistry.Servers;

namespace McpRegistry.Discovery;

/// <summary>
/// A place between two servers in an order: that of the server before it. It stays valid when that server changes or goes.
/// Only the members that the order compares are set.
/// </summary>
public sealed record ServerPosition
{
    /// <summary>Gets the order in which this is a place.</summary>
    public required ServerSort Sort { get; init; }

    /// <summary>Gets the health, for <see cref="ServerSort.Discovery"/>.</summary>
    public ServerHealth Health { get; init; }

    /// <summary>Gets the mean response time in milliseconds, for <see cref="ServerSort.Discovery"/>; null when unmeasured.</summary>
    public double? AverageResponseTime { get; init; }

    /// <summary>
    /// Gets the time by which <see cref="ServerSort.Created"/>, <see cref="ServerSort.Updated"/> or
    /// <see cref="ServerSort.LastUsed"/> orders; null for a server that was never used.
    /// </summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Gets the number of calls, for <see cref="ServerSort.RequestCount"/>.</summary>
    public long RequestCount { get; init; }

    /// <summary>Gets the name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the id.</summary>
    public required Guid Id { get; init; }
}
