using System.ComponentModel.DataAnnotations;
using McpRegistry.Configuration;

namespace McpRegistry.Gateway.Caching;

/// <summary>What the gateway keeps of the answers of servers that allow it. Bound from <c>McpRegistry:ResponseCache</c>.</summary>
public sealed class ResponseCacheOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:ResponseCache";

    /// <summary>Gets or sets a value indicating whether answers are kept at all. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets the most bytes of all kept answers, with what the gateway needs to find them. Default 64 MiB.</summary>
    [Range(1024, 64L * 1024 * 1024 * 1024)]
    public long MaxBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Gets or sets the most kept answers. Default 10,000.</summary>
    [Range(1, 10_000_000)]
    public int MaxEntries { get; set; } = 10_000;

    /// <summary>Gets or sets the largest answer that is kept, bytes. Default 1 MiB.</summary>
    [Range(1024, 1024 * 1024 * 1024)]
    public int MaxEntryBytes { get; set; } = 1024 * 1024;

    /// <summary>
    /// Gets or sets for how long after its end an answer is still given when the server cannot be reached. Default zero: never.
    /// Clients are told that it is old (<c>ttlMs: 0</c>). What a server announced as changed is never given.
    /// </summary>
    [TimeRange("00:00:00", "7.00:00:00")]
    public TimeSpan StaleOnError { get; set; }
}
