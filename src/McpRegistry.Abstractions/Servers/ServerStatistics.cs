namespace McpRegistry.Servers;

/// <summary>What was measured on a server by the calls that went through the gateway.</summary>
public sealed record ServerStatistics
{
    /// <summary>Gets what holds for a server that was never called.</summary>
    public static ServerStatistics None { get; } = new();

    /// <summary>Gets the mean of the last calls in milliseconds; null before the first.</summary>
    public double? AverageResponseTime { get; init; }

    /// <summary>Gets the share of the last calls that succeeded, 0 to 1; null before the first.</summary>
    public double? SuccessRate { get; init; }

    /// <summary>Gets the number of connections that are open; null when nobody counts them.</summary>
    public int? ActiveConnections { get; init; }

    /// <summary>Gets the number of calls.</summary>
    public long RequestCount { get; init; }

    /// <summary>Gets the number of calls that failed.</summary>
    public long ErrorCount { get; init; }

    /// <summary>Gets when the last call ended, UTC; null before the first.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}
