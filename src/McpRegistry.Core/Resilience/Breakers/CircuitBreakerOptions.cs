using System.ComponentModel.DataAnnotations;
using McpRegistry.Configuration;
using McpRegistry.Protocol;

namespace McpRegistry.Resilience;

/// <summary>When endpoints that fail get no more calls; section <c>McpRegistry:Resilience:CircuitBreaker</c>.</summary>
public sealed class CircuitBreakerOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:Resilience:CircuitBreaker";

    /// <summary>
    /// Gets or sets a value indicating whether failures open breakers. Default true; otherwise only operators do, and other replicas.
    /// </summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets what opens a breaker. Default <see cref="CircuitBreakerMode.FailureRatio"/>.</summary>
    [EnumDataType(typeof(CircuitBreakerMode))]
    public CircuitBreakerMode Mode { get; set; }

    /// <summary>Gets or sets the part of failed calls in a window that opens a breaker. Default 0.5, 0.01 to 1.</summary>
    [Range(0.01, 1.0)]
    public double FailureRatio { get; set; } = 0.5;

    /// <summary>Gets or sets how many calls of a window the ratio is taken of at least. Default 20, 1 to 100,000.</summary>
    [Range(1, 100_000)]
    public int MinThroughput { get; set; } = 20;

    /// <summary>Gets or sets the window. Default 30 seconds, 1 second to 1 hour.</summary>
    [TimeRange("00:00:01", "01:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how many consecutive failures open a breaker. Default 5, 1 to 100,000.</summary>
    [Range(1, 100_000)]
    public int ConsecutiveFailures { get; set; } = 5;

    /// <summary>Gets or sets how long a breaker is open at first; it doubles with each probe that fails. Default 10 seconds, 0.1 seconds to 1 hour.</summary>
    [TimeRange("00:00:00.1", "01:00:00")]
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets the longest time that it is open before the next probe. Default 5 minutes, 0.1 seconds to 1 day; at least <see cref="BreakDuration"/>.</summary>
    [TimeRange("00:00:00.1", "1.00:00:00")]
    public TimeSpan MaxBreakDuration { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets or sets how many probes, one after the other, must succeed to close a breaker. Default 2, 1 to 100.</summary>
    [Range(1, 100)]
    public int SuccessThreshold { get; set; } = 2;

    /// <summary>Gets or sets after how long a probe that has no outcome no longer keeps the next one away. Default 30 seconds, 0.1 seconds to 1 hour.</summary>
    [TimeRange("00:00:00.1", "01:00:00")]
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets the JSON-RPC error codes that count as failures, by code; false takes one back. Default: -32603 (internal error) does, all others
    /// are answers.
    /// </summary>
    public IDictionary<string, bool> ErrorCodes { get; } = new Dictionary<string, bool>(StringComparer.Ordinal)
    {
        [Protocol.ErrorCodes.InternalError.ToString(System.Globalization.CultureInfo.InvariantCulture)] = true,
    };
}
