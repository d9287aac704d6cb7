using System.ComponentModel.DataAnnotations;
using McpRegistry.Configuration;

namespace McpRegistry.Resilience;

/// <summary>How many calls a server gets at once, and how the others wait; section <c>McpRegistry:Resilience:Queue</c>.</summary>
public sealed class QueueOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:Resilience:Queue";

    /// <summary>Gets or sets the most calls at once to one server, by this replica. Default 1,000, 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxConcurrent { get; set; } = 1_000;

    /// <summary>Gets or sets the most calls that wait for one server. Default 1,000, 0 to 100,000.</summary>
    [Range(0, 100_000)]
    public int MaxQueued { get; set; } = 1_000;

    /// <summary>Gets or sets how long a call waits at most. Default 60 seconds, 0.1 seconds to 1 hour.</summary>
    [TimeRange("00:00:00.1", "01:00:00")]
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Gets the priorities of callers, by the id of their API key or tenant; that of the key goes first. Default none: all calls have
    /// <see cref="CallPriority.Normal"/>.
    /// </summary>
    public IDictionary<string, CallPriority> Priorities { get; } = new Dictionary<string, CallPriority>(StringComparer.OrdinalIgnoreCase);
}
