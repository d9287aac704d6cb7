namespace McpRegistry.Analytics;

/// <summary>What one tenant did in a window of time.</summary>
public sealed record TenantUsageSummary
{
    /// <summary>Gets how many requests came, those without an answer included.</summary>
    public long TotalRequests { get; init; }

    /// <summary>Gets how many different users sent them; requests without a user count for none.</summary>
    public long UniqueUsers { get; init; }

    /// <summary>Gets how many different servers they went to; requests without a server count for none.</summary>
    public long UniqueServers { get; init; }

    /// <summary>Gets the mean time in milliseconds, to two decimals; null when no request has one.</summary>
    public decimal? AverageDurationMs { get; init; }

    /// <summary>
    /// Gets how many of 100 requests were answered with a status of 400 or above, to two decimals; 0 without requests.
    /// </summary>
    public decimal ErrorRate { get; init; }

    /// <summary>Gets the bytes of all requests and answers, as far as they were measured.</summary>
    public long TotalDataTransferred { get; init; }
}
