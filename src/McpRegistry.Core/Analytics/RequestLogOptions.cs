using System.ComponentModel.DataAnnotations;
using McpRegistry.Configuration;

namespace McpRegistry.Analytics;

/// <summary>How requests are logged to the store. Bound from <c>McpRegistry:RequestLog</c>.</summary>
public sealed class RequestLogOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:RequestLog";

    /// <summary>Gets or sets a value that tells whether requests are logged. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets how many entries may wait to be written; further ones are dropped and counted. 1 to 1,000,000, default 16,384.</summary>
    [Range(1, 1_000_000)]
    public int Capacity { get; set; } = 16_384;

    /// <summary>Gets or sets the most entries of one write; not more than <see cref="Capacity"/> are used. 1 to 10,000, default 1,000.</summary>
    [Range(1, 10_000)]
    public int BatchSize { get; set; } = 1_000;

    /// <summary>Gets or sets how long an entry may wait for its batch to fill. 10 ms to 1 min, default 1 s.</summary>
    [TimeRange("00:00:00.01", "00:01:00")]
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(1);
}
