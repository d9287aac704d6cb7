using System.ComponentModel.DataAnnotations;
using McpRegistry.Configuration;

namespace McpRegistry.Balancing;

/// <summary>How calls are spread over the endpoints of a server; section <c>McpRegistry:Balancing</c>.</summary>
public sealed class BalancingOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:Balancing";

    /// <summary>
    /// Gets or sets the policy of calls for which no routing rule names one: <c>weighted</c> (the default), <c>round_robin</c>,
    /// <c>least_connections</c>, <c>random</c>, <c>consistent_hash</c>, <c>power_of_two_choices</c>, <c>least_latency</c>,
    /// <c>score</c>, or the name of a policy of the host.
    /// </summary>
    [Required]
    public string Policy { get; set; } = "weighted";

    /// <summary>Gets or sets whose calls go to one endpoint by <c>consistent_hash</c>. Default <see cref="BalancingKey.Principal"/>.</summary>
    [EnumDataType(typeof(BalancingKey))]
    public BalancingKey Key { get; set; }

    /// <summary>
    /// Gets what holds for single servers, by id, by the alias of one of the global tenant (as all of code and configuration are), or by <c>TENANT_ID/ALIAS</c> for
    /// one of another tenant; the id goes first. Default none.
    /// </summary>
    public IDictionary<string, ServerBalancingOptions> Servers { get; } = new Dictionary<string, ServerBalancingOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Gets or sets how many times its part of the calls in flight an endpoint may have before <c>consistent_hash</c> passes it over.
    /// Default 1.25, 1 to 1,000.
    /// </summary>
    [Range(1.0, 1000.0)]
    public double LoadBound { get; set; } = 1.25;

    /// <summary>Gets or sets the zone of this replica, whose endpoints are preferred; null (the default) prefers none.</summary>
    public string? Zone { get; set; }

    /// <summary>
    /// Gets or sets the part of the weight of the endpoints in the zone that must be usable for calls to stay there. Default 0.5, 0 to 1.
    /// </summary>
    [Range(0.0, 1.0)]
    public double MinZoneWeight { get; set; } = 0.5;

    /// <summary>
    /// Gets or sets how long the share of an endpoint grows after it was connected to anew. Default 30 seconds, 0 to 1 hour; 0 gives it all
    /// at once.
    /// </summary>
    [TimeRange("00:00:00", "01:00:00")]
    public TimeSpan SlowStart { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets the part of its share that such an endpoint begins with. Default 0.1, 0.01 to 1.</summary>
    [Range(0.01, 1.0)]
    public double SlowStartFloor { get; set; } = 0.1;

    /// <summary>
    /// Gets or sets after how long what was measured counts e times less, for success rates and mean latencies. Default 30 seconds, 1 second to
    /// 1 hour.
    /// </summary>
    [TimeRange("00:00:01", "01:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets the same for the peak latency of <c>least_latency</c>. Default 10 seconds, 1 second to 1 hour.</summary>
    [TimeRange("00:00:01", "01:00:00")]
    public TimeSpan PeakWindow { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets or sets how many calls, older ones counting less, an endpoint is judged by at least. Default 10, 1 to 10,000.
    /// </summary>
    [Range(1, 10_000)]
    public int HealthMinCalls { get; set; } = 10;

    /// <summary>Gets or sets the part of failed calls from which on an endpoint is unhealthy. Default 0.5, 0.01 to 1.</summary>
    [Range(0.01, 1.0)]
    public double UnhealthyFailures { get; set; } = 0.5;

    /// <summary>Gets or sets how long an unhealthy endpoint gets no call while another is usable. Default 30 seconds, 1 second to 1 hour.</summary>
    [TimeRange("00:00:01", "01:00:00")]
    public TimeSpan UnhealthyTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets the part of failed calls from which on an endpoint is degraded. Default 0.1, 0.01 to 1.</summary>
    [Range(0.01, 1.0)]
    public double DegradedFailures { get; set; } = 0.1;

    /// <summary>Gets or sets the mean latency from which on an endpoint is degraded. Default 5 seconds, 1 millisecond to 1 hour.</summary>
    [TimeRange("00:00:00.001", "01:00:00")]
    public TimeSpan DegradedLatency { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets or sets the part of calls that an endpoint refuses (HTTP 401, 403 and the like), of those that the best other endpoint takes, from which on it is unhealthy.
    /// Default 0.9, 0.01 to 1.
    /// </summary>
    [Range(0.01, 1.0)]
    public double UnhealthyRefusals { get; set; } = 0.9;

    /// <summary>Gets or sets the same from which on an endpoint is degraded. Default 0.5, 0.01 to 1.</summary>
    [Range(0.01, 1.0)]
    public double DegradedRefusals { get; set; } = 0.5;

    /// <summary>
    /// Gets or sets how long at most an endpoint is passed over that wants to be left alone (HTTP 429, or 503 with <c>Retry-After</c>), while another is usable.
    /// Default 1 minute, 0 to 1 hour; 0 passes over none.
    /// </summary>
    [TimeRange("00:00:00", "01:00:00")]
    public TimeSpan MaxHoldBack { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets what the success rate counts in <c>score</c>. Default 0.3, 0 to 1.</summary>
    [Range(0.0, 1.0)]
    public double ScoreSuccess { get; set; } = 0.3;

    /// <summary>Gets or sets what the mean latency counts in <c>score</c>. Default 0.4, 0 to 1.</summary>
    [Range(0.0, 1.0)]
    public double ScoreLatency { get; set; } = 0.4;

    /// <summary>Gets or sets what the calls in flight count in <c>score</c>. Default 0.3, 0 to 1.</summary>
    [Range(0.0, 1.0)]
    public double ScoreInFlight { get; set; } = 0.3;
}
