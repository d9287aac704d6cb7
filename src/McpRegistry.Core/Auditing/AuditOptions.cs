using System.ComponentModel.DataAnnotations;

namespace McpRegistry.Auditing;

/// <summary>How the audit trail is written. Bound from <c>McpRegistry:Audit</c>.</summary>
public sealed class AuditOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:Audit";

    /// <summary>Gets or sets how many events may wait for a commit; further callers wait to get in. 1 to 100,000, default 1,000.</summary>
    [Range(1, 100_000)]
    public int Capacity { get; set; } = 1_000;

    /// <summary>Gets or sets the most events of one commit. 1 to 10,000, default 500.</summary>
    [Range(1, 10_000)]
    public int BatchSize { get; set; } = 500;
}
