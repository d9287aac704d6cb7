using System.ComponentModel.DataAnnotations;
using McpRegistry.Configuration;

namespace McpRegistry.Resilience;

/// <summary>
/// How calls that take long are sent to another endpoint too, before the first one has failed; section <c>McpRegistry:Resilience:Retry:Hedging</c>. Only calls that
/// do no harm when they run twice are.
/// </summary>
public sealed class HedgingOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:Resilience:Retry:Hedging";

    /// <summary>
    /// Gets or sets after how long without an answer a call is sent to another endpoint as well; a good value is what 95 of 100 calls stay below. Default none:
    /// never. 1 millisecond to 1 minute.
    /// </summary>
    [TimeRange("00:00:00.001", "00:01:00")]
    public TimeSpan? Delay { get; set; }

    /// <summary>
    /// Gets or sets to how many endpoints beside the first one a call is sent at most, each after a <see cref="Delay"/> of its own. Default 1, 1 to 5;
    /// <see cref="RetryOptions.MaxAttempts"/> bounds them together with the retries.
    /// </summary>
    [Range(1, 5)]
    public int MaxHedges { get; set; } = 1;
}
