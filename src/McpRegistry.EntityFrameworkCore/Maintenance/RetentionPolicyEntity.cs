using McpRegistry.EntityFrameworkCore.Storage;

namespace McpRegistry.EntityFrameworkCore.Maintenance;

/// <summary>How long the rows of one table are kept. It concerns the database as a whole, so it has no tenant.</summary>
internal sealed class RetentionPolicyEntity : IHasId
{
    public Guid Id { get; set; }

    public required string Name { get; set; }

    public string? Description { get; set; }

    public required string TableName { get; set; }

    public required string DateColumn { get; set; }

    public int RetentionDays { get; set; }

    public int BatchSize { get; set; }

    public required string Conditions { get; set; }

    public bool IsActive { get; set; }

    public DateTimeOffset? LastRun { get; set; }

    public DateTimeOffset? NextRun { get; set; }

    public long TotalDeleted { get; set; }

    public long LastDeletedCount { get; set; }

    public double? AvgExecutionTimeMs { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public long Version { get; set; }
}
