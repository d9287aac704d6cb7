namespace McpRegistry.Analytics;

/// <summary>The counters of one thing.</summary>
public sealed record UsageTotals
{
    /// <summary>Gets what was used.</summary>
    public required UsageSubject Subject { get; init; }

    /// <summary>Gets the key of the catalogue item; null for servers and API keys.</summary>
    public string? ItemKey { get; init; }

    /// <summary>Gets the calls.</summary>
    public long Calls { get; init; }

    /// <summary>Gets those of them that failed.</summary>
    public long Errors { get; init; }

    /// <summary>
    /// Gets the mean time of a call in milliseconds: of all calls for an item, of about the last 1,000 for a server. Null
    /// before the first call, and for API keys.
    /// </summary>
    public double? MeanMs { get; init; }

    /// <summary>Gets the share of about the last 1,000 calls of a server that succeeded, 0 to 1; null for all else.</summary>
    public double? SuccessRate { get; init; }

    /// <summary>Gets the connections of a server that are in use on all replicas; null for all else.</summary>
    public int? ActiveConnections { get; init; }

    /// <summary>Gets when the last call ended, UTC; null before the first.</summary>
    public DateTimeOffset? LastUsed { get; init; }

    /// <summary>Gets when the last successful call with an API key ended, UTC; null for all else.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>Gets when the last failed call with an API key ended, UTC; null for all else.</summary>
    public DateTimeOffset? LastError { get; init; }
}
