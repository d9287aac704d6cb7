using McpRegistry.Maintenance;

namespace McpRegistry.Storage.Conformance;

public static partial class Sample
{
    public static RetentionPolicy Policy(string? name = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new RetentionPolicy
        {
            Id = Guid.CreateVersion7(),
            Name = name ?? Token(),
            Table = "request_logs",
            DateColumn = "request_time",
            RetentionDays = 30,
            CreatedAt = now,
            UpdatedAt = now,
        };
    }

    public static RetentionPolicy FullPolicy() => Policy() with
    {
        Description = "Failed calls",
        RetentionDays = 7,
        BatchSize = 250,
        Conditions = """{"method": "POST", "status_code": 500}""",
        IsActive = false,
        LastRun = TimeProvider.System.GetUtcNow().AddDays(-1),
        NextRun = TimeProvider.System.GetUtcNow().AddDays(1),
        TotalDeleted = 5_000_000_000,
        LastDeletedCount = 12,
        AverageRunMilliseconds = 12.5,
    };

    public static MaterializedViewDefinition View(string? name = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new MaterializedViewDefinition
        {
            Id = Guid.CreateVersion7(),
            Name = name ?? $"mv_{Token()}",
            Query = "SELECT 1 AS one",
            CreatedAt = now,
            UpdatedAt = now,
        };
    }

    public static MaterializedViewDefinition FullView() => View() with
    {
        Description = "Calls of a day",
        Query = "SELECT tenant_id, count(*) AS calls\nFROM request_logs\nGROUP BY tenant_id",
        Indexes = ["tenant_id", "calls, tenant_id"],
        Strategy = RefreshStrategy.Triggered,
        RefreshIntervalMinutes = 15,
        RefreshTriggers = ["request_logs", "mcp_servers"],
        IsActive = false,
        LastRefreshed = TimeProvider.System.GetUtcNow().AddDays(-1),
        NextRefresh = TimeProvider.System.GetUtcNow().AddDays(1),
        RefreshCount = 7,
        AverageRefreshMilliseconds = 12.5,
        RowCount = 5_000_000_000,
        SizeBytes = 6_000_000_000,
    };
}
