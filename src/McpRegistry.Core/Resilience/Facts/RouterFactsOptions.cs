using McpRegistry.Configuration;

namespace McpRegistry.Resilience;

/// <summary>
/// How a replica tells the others what it sees of its servers: the calls that wait and the connections; section <c>McpRegistry:RouterFacts</c>. All replicas
/// should have the same.
/// </summary>
public sealed class RouterFactsOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:RouterFacts";

    /// <summary>Gets or sets how often what has changed is written; up to a quarter later, so that replicas write apart. Default 15 seconds, 1 second to 10 minutes; 0 never writes.</summary>
    [TimeRange("00:00:00", "00:10:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Gets or sets after which time without news a replica counts as gone, and housekeeping deletes what it wrote. What does not change is written anew after a
    /// third of it. Default 10 minutes, 1 minute to 1 day, and at least four times <see cref="Interval"/>.
    /// </summary>
    [TimeRange("00:01:00", "1.00:00:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromMinutes(10);
}
