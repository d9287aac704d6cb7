using System.ComponentModel.DataAnnotations;
using McpRegistry.Configuration;

namespace McpRegistry.Resilience;

/// <summary>How calls that failed are sent again; section <c>McpRegistry:Resilience:Retry</c>.</summary>
public sealed class RetryOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:Resilience:Retry";

    /// <summary>Gets or sets how often a call is sent at most. Default 3, 1 (never again) to 10.</summary>
    [Range(1, 10)]
    public int MaxAttempts { get; set; } = 3;

    /// <summary>Gets or sets how many retries there may be for each call of a server. Default 0.2, 0 to 1.</summary>
    [Range(0.0, 1.0)]
    public double Budget { get; set; } = 0.2;

    /// <summary>Gets or sets how many retries a second each server may have beyond that. Default 5, 0 to 10,000.</summary>
    [Range(0, 10_000)]
    public int MinPerSecond { get; set; } = 5;

    /// <summary>
    /// Gets or sets the longest wait before the first retry at an endpoint that has failed already; it doubles, and what is waited is a random part of it.
    /// A retry at another endpoint does not wait at first. Default 100 ms, 0 to 1 minute.
    /// </summary>
    [TimeRange("00:00:00", "00:01:00")]
    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Gets or sets the longest wait before any retry. Default 2 seconds, 0 to 1 minute.</summary>
    [TimeRange("00:00:00", "00:01:00")]
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Gets or sets the longest <c>Retry-After</c> of a server that is waited for where there is no other endpoint; beyond it the client is told. Default 5 seconds,
    /// 0 to 10 minutes.
    /// </summary>
    [TimeRange("00:00:00", "00:10:00")]
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromSeconds(5);
}
