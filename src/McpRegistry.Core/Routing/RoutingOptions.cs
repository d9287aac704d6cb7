using System.ComponentModel.DataAnnotations;
using McpRegistry.Configuration;

namespace McpRegistry.Routing;

/// <summary>Bounds of what routing rules do beside the calls themselves; section <c>McpRegistry:Routing</c>.</summary>
public sealed class RoutingOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:Routing";

    /// <summary>
    /// Gets or sets how many copies of calls run at once on this replica; copies beyond that are not made, and counted. Default 16,
    /// 0 to 10,000; 0 makes none.
    /// </summary>
    [Range(0, 10_000)]
    public int MaxConcurrentMirrors { get; set; } = 16;

    /// <summary>Gets or sets how long the copy of a call may take. Default 30 seconds, 1 second to 10 minutes.</summary>
    [TimeRange("00:00:01", "00:10:00")]
    public TimeSpan MirrorTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
