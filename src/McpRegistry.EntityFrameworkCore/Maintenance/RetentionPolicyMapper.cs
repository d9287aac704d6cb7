using System.Text.Json;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Maintenance;

namespace McpRegistry.EntityFrameworkCore.Maintenance;

internal static class RetentionPolicyMapper
{
    public static RetentionPolicyEntity ToEntity(RetentionPolicy policy) => new()
    {
        Id = policy.Id,
        Name = policy.Name,
        Description = policy.Description,
        TableName = policy.Table,
        DateColumn = policy.DateColumn,
        RetentionDays = policy.RetentionDays,
        BatchSize = policy.BatchSize,
        Conditions = EnsureJson(policy.Conditions),
        IsActive = policy.IsActive,
        LastRun = StoredTime.Normalize(policy.LastRun),
        NextRun = StoredTime.Normalize(policy.NextRun),
        TotalDeleted = policy.TotalDeleted,
        LastDeletedCount = policy.LastDeletedCount,
        AvgExecutionTimeMs = policy.AverageRunMilliseconds,
        CreatedAt = StoredTime.Normalize(policy.CreatedAt),
        UpdatedAt = StoredTime.Normalize(policy.UpdatedAt),
        Version = policy.Version,
    };

    public static RetentionPolicy ToRecord(RetentionPolicyEntity entity) => new()
    {
        Id = entity.Id,
        Name = entity.Name,
        Description = entity.Description,
        Table = entity.TableName,
        DateColumn = entity.DateColumn,
        RetentionDays = entity.RetentionDays,
        BatchSize = entity.BatchSize,
        Conditions = entity.Conditions,
        IsActive = entity.IsActive,
        LastRun = entity.LastRun,
        NextRun = entity.NextRun,
        TotalDeleted = entity.TotalDeleted,
        LastDeletedCount = entity.LastDeletedCount,
        AverageRunMilliseconds = entity.AvgExecutionTimeMs,
        CreatedAt = entity.CreatedAt,
        UpdatedAt = entity.UpdatedAt,
        Version = entity.Version,
    };

    /// <summary>The column's converter would find out too, but inside the write, where EF Core hides the reason.</summary>
    private static string EnsureJson(string conditions)
    {
        using var document = JsonDocument.Parse(conditions);
        return conditions;
    }
}
