using System.ComponentModel.DataAnnotations;

namespace McpRegistry.Routing;

/// <summary>Bounds of routing rules, and of what they do beside the calls themselves; section <c>McpRegistry:Routing</c>.</summary>
public sealed class RoutingOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:Routing";

    /// <summary>
    /// Gets or sets how many routing rules a tenant may have, active or not; the global one, whose rules are asked for all tenants, may have
    /// as many. One more is refused; those that are there stay when the number is lowered. Replicas that add rules in the same moment
    /// may go beyond it by one each. Default 1,000, 1 to 100,000.
    /// </summary>
    [Range(1, 100_000)]
    public int MaxRules { get; set; } = 1_000;

    /// <summary>
    /// Gets or sets how many copies of calls run at once on this replica; copies beyond that are not made, and counted. Default 16,
    /// 0 to 10,000; 0 makes none.
    /// </summary>
    [Range(0, 10_000)]
    public int MaxConcurrentMirrors { get; set; } = 16;

    /// <summary>Gets or sets how long the copy of a call may take. Default 30 seconds, 1 second to 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan MirrorTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
