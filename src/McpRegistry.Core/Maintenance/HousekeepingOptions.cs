using McpRegistry.Configuration;

namespace McpRegistry.Maintenance;

/// <summary>Work that keeps the store in shape by itself. Bound from <c>McpRegistry:Housekeeping</c>.</summary>
public sealed class HousekeepingOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:Housekeeping";

    /// <summary>
    /// Gets or sets a value that tells whether due work runs by itself. Default true. Without it retention, refreshes and
    /// upkeep run on demand only.
    /// </summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets how often the host looks for due work. Default 1 minute, 1 second to 1 hour.</summary>
    [TimeRange("00:00:01", "01:00:00")]
    public TimeSpan CheckInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets the time between two runs of a retention policy. Default 1 hour, 1 minute to 7 days.</summary>
    [TimeRange("00:01:00", "7.00:00:00")]
    public TimeSpan RetentionInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Gets or sets a value that tells whether a store without any retention policy is given the default ones at start.
    /// Default true.
    /// </summary>
    public bool CreateDefaultPolicies { get; set; } = true;

    /// <summary>
    /// Gets or sets a value that tells whether a store without any registered view is given the definitions that come with
    /// the registry. Default true. They are only registered: an administrator creates them.
    /// </summary>
    public bool RegisterShippedViews { get; set; } = true;

    /// <summary>Gets or sets the time between two upkeeps of the database. Default 1 day, 1 hour to 30 days.</summary>
    [TimeRange("01:00:00", "30.00:00:00")]
    public TimeSpan UpkeepInterval { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Gets or sets how long a stopping host waits for the statement that runs to be cancelled. Default 5 s, 0 to 1 minute.</summary>
    [TimeRange("00:00:00", "00:01:00")]
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
