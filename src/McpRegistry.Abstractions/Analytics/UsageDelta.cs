using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Analytics;

/// <summary>The use of one thing since the last report; stores add it to what they have.</summary>
public sealed record UsageDelta
{
    /// <summary>Gets what was used.</summary>
    public required UsageSubject Subject { get; init; }

    /// <summary>Gets the tenant that owns the server or the key.</summary>
    public TenantId Tenant { get; init; }

    /// <summary>Gets the key for <see cref="UsageSubject.ApiKey"/>, else the server.</summary>
    public required Guid Id { get; init; }

    /// <summary>Gets the key of the catalogue item; null for servers and API keys.</summary>
    public string? ItemKey { get; init; }

    /// <summary>Gets the calls, successful or not.</summary>
    public long Calls { get; init; }

    /// <summary>Gets those of them that failed; at most <see cref="Calls"/>.</summary>
    public long Errors { get; init; }

    /// <summary>Gets the time of all calls together in milliseconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not finite.</exception>
    public double TotalMs { get; init => field = FiniteNumber.Require(value, nameof(TotalMs)); }

    /// <summary>Gets when the last call ended, UTC; null without calls.</summary>
    public DateTimeOffset? LastUsed { get; init; }

    /// <summary>Gets when the last successful call ended, UTC; null for none.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>Gets when the last failed call ended, UTC; null for none.</summary>
    public DateTimeOffset? LastError { get; init; }

    /// <summary>
    /// Gets by how many the connections in use of a server became more (or fewer, below zero) on this replica. The sum over
    /// the replicas never goes below zero; what a killed replica did not take back stays in it.
    /// </summary>
    public int ConnectionChange { get; init; }
}
