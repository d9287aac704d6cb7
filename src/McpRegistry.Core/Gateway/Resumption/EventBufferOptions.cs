using System.ComponentModel.DataAnnotations;
using McpRegistry.Configuration;

namespace McpRegistry.Gateway.Resumption;

/// <summary>
/// What the gateway keeps of the event streams of legacy clients, so that one whose connection was cut hears the rest. Bound
/// from <c>McpRegistry:EventBuffer</c>.
/// </summary>
public sealed class EventBufferOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:EventBuffer";

    /// <summary>Gets or sets a value indicating whether events are kept, and have ids. Default false.</summary>
    public bool Enabled { get; set; }

    /// <summary>Gets or sets the most events that are kept of one session; the oldest make room. Default 1,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxEventsPerSession { get; set; } = 1_000;

    /// <summary>Gets or sets the most bytes of the events of one session, with what the gateway needs to find them. Default 1 MiB.</summary>
    [Range(1024, 1024L * 1024 * 1024)]
    public long MaxBytesPerSession { get; set; } = 1024 * 1024;

    /// <summary>Gets or sets the most bytes of the events of all sessions; the oldest make room. Default 64 MiB.</summary>
    [Range(1024, 64L * 1024 * 1024 * 1024)]
    public long MaxBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Gets or sets how long an event is kept. Default 5 min.</summary>
    [TimeRange("00:00:01", "1.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Gets or sets how long clients of 2025-11-25 are told to wait before they come back after a cut, in whole milliseconds.
    /// Default 1 s; zero tells them nothing.
    /// </summary>
    [TimeRange("00:00:00", "00:10:00")]
    public TimeSpan RetryInterval { get; set; } = TimeSpan.FromSeconds(1);
}
