using System.ComponentModel.DataAnnotations;
using McpRegistry.Configuration;

namespace McpRegistry.Limits;

/// <summary>How many calls callers may make. Bound from <c>McpRegistry:Limits</c>.</summary>
public sealed class LimitOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:Limits";

    /// <summary>
    /// Gets or sets a value that tells whether limits count at all. Default true: what a key or a tenant has of its own
    /// counts. Rates and defaults are added by the members below.
    /// </summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets the calls an hour of a key that has no limit of its own. Default null: no limit; so is 0. Keys with the scope admin are left out.</summary>
    [Range(0, int.MaxValue)]
    public int? KeyPerHour { get; set; }

    /// <summary>Gets or sets the calls a day of a key that has no limit of its own. Default null: no limit; so is 0. Keys with the scope admin are left out.</summary>
    [Range(0, int.MaxValue)]
    public int? KeyPerDay { get; set; }

    /// <summary>Gets or sets the calls an hour of all callers of a tenant, unless its settings say otherwise. Default null: no limit; so is 0.</summary>
    [Range(0, int.MaxValue)]
    public int? TenantPerHour { get; set; }

    /// <summary>Gets or sets the calls a day of all callers of a tenant, unless its settings say otherwise. Default null: no limit; so is 0.</summary>
    [Range(0, int.MaxValue)]
    public int? TenantPerDay { get; set; }

    /// <summary>Gets or sets after how long without a call a replica returns what it holds of a quota. Default 10 s, 1 s to 10 minutes.</summary>
    [TimeRange("00:00:01", "00:10:00")]
    public TimeSpan ReturnAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets or sets how long a call waits, when a quota is given out, for what other replicas hold and may return. Default
    /// 3 s, 0 to 30 s.
    /// </summary>
    [TimeRange("00:00:00", "00:00:30")]
    public TimeSpan RecallWait { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Gets or sets how long a call waits for the store at most, where it must. Default 2 s, 100 ms to 1 minute.</summary>
    [TimeRange("00:00:00.100", "00:01:00")]
    public TimeSpan StoreTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets what becomes of calls under a quota while the store does not answer. Default <see cref="QuotaFallback.Refuse"/>: limits are exact.</summary>
    public QuotaFallback OnStoreFailure { get; set; } = QuotaFallback.Refuse;

    /// <summary>Gets or sets how many replicas share the quotas while the store does not answer. Default 3, 1 to 1,000.</summary>
    [Range(1, 1000)]
    public int Replicas { get; set; } = 3;

    /// <summary>Gets the rates: how fast calls may follow each other on one replica.</summary>
    public RateOptions Rates { get; } = new();
}
