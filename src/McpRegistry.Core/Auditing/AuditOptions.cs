using System.ComponentModel.DataAnnotations;
using McpRegistry.Configuration;

namespace McpRegistry.Auditing;

/// <summary>How the audit trail is written. Bound from <c>McpRegistry:Audit</c>.</summary>
public sealed class AuditOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:Audit";

    /// <summary>Gets or sets how many events may wait for a commit; further callers wait to get in. 1 to 100,000, default 1,000.</summary>
    [Range(1, 100_000)]
    public int Capacity { get; set; } = 1_000;

    /// <summary>Gets or sets which MCP calls leave an event. Default <see cref="AuditedCalls.All"/>.</summary>
    [EnumDataType(typeof(AuditedCalls))]
    public AuditedCalls Calls { get; set; } = AuditedCalls.All;

    /// <summary>Gets or sets MCP methods, such as <c>ping</c>, of which only failed calls leave an event. Default none; a name that is none keeps the host from starting.</summary>
    public IList<string> QuietMethods { get; set; } = [];

    /// <summary>
    /// Gets or sets how many events of calls may wait for a commit before further calls wait until there is room. 1 to 1,000,000,
    /// default 10,000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int CallCapacity { get; set; } = 10_000;

    /// <summary>
    /// Gets or sets how long a request waits for that room before it is refused (HTTP 503), with nothing done for it. 0.1 s to 1 min,
    /// default 2 s.
    /// </summary>
    [TimeRange("00:00:00.1", "00:01:00")]
    public TimeSpan CallWait { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Gets or sets how many refused requests without a caller leave an event in a minute; further ones are counted in the next event.
    /// 0 to 10,000, default 60.
    /// </summary>
    [Range(0, 10_000)]
    public int AnonymousPerMinute { get; set; } = 60;

    /// <summary>
    /// Gets or sets how many refused requests of one caller who is known, in one tenant, leave an event in a minute; further ones are
    /// counted in its next event. 1 to 10,000, default 60.
    /// </summary>
    [Range(1, 10_000)]
    public int RefusalsPerMinute { get; set; } = 60;

    /// <summary>Gets or sets the most events of one commit. 1 to 10,000, default 500.</summary>
    [Range(1, 10_000)]
    public int BatchSize { get; set; } = 500;

    /// <summary>Gets or sets the most rows that a sink gets at once. 1 to 1,000, default 200.</summary>
    [Range(1, 1_000)]
    public int SinkBatchSize { get; set; } = 200;

    /// <summary>Gets or sets how often it is looked for rows that a sink has not got. 0.1 s to 10 min, default 1 s.</summary>
    [TimeRange("00:00:00.1", "00:10:00")]
    public TimeSpan SinkInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets how long a sink may take for a batch before it is tried again. 0.1 s to 10 min, default 30 s.</summary>
    [TimeRange("00:00:00.1", "00:10:00")]
    public TimeSpan SinkTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets whether the arguments of tool calls are kept, and what of them never is.</summary>
    public AuditArgumentOptions Arguments { get; } = new();
}
