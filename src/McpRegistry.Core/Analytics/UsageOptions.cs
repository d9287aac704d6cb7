using System.ComponentModel.DataAnnotations;
using McpRegistry.Configuration;

namespace McpRegistry.Analytics;

/// <summary>How the use of servers, their items and API keys is counted. Bound from <c>McpRegistry:Usage</c>.</summary>
public sealed class UsageOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:Usage";

    /// <summary>Gets or sets a value that tells whether use is counted. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets how many calls may wait to be added up; further ones are dropped and counted. 1 to 1,000,000, default 16,384.</summary>
    [Range(1, 1_000_000)]
    public int Capacity { get; set; } = 16_384;

    /// <summary>
    /// Gets or sets how many servers, items and keys are counted between two writes; calls of further ones are dropped and
    /// counted. 1 to 1,000,000, default 50,000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxSubjects { get; set; } = 50_000;

    /// <summary>Gets or sets how often the sums are added to the store. 0.1 s to 10 min, default 5 s.</summary>
    [TimeRange("00:00:00.1", "00:10:00")]
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets how often each server that was called gets a row of metrics. 1 s to 1 h, default 1 min.</summary>
    [TimeRange("00:00:01", "01:00:00")]
    public TimeSpan MetricInterval { get; set; } = TimeSpan.FromMinutes(1);
}
