using McpRegistry.Configuration;

namespace McpRegistry.Writers;

/// <summary>What all background writers have in common. Bound from <c>McpRegistry:Writers</c>.</summary>
public sealed class WriterOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:Writers";

    /// <summary>Gets or sets the wait before a write that failed is tried again; it doubles. 10 ms to 1 min, default 0.5 s.</summary>
    [TimeRange("00:00:00.01", "00:01:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Gets or sets the longest such wait. 10 ms to 10 min, default 30 s.</summary>
    [TimeRange("00:00:00.01", "00:10:00")]
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets how long a stopping host waits for its writers; what is not written by then is lost, counted and logged.
    /// 0 to 5 min, default 5 s.
    /// </summary>
    [TimeRange("00:00:00", "00:05:00")]
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
