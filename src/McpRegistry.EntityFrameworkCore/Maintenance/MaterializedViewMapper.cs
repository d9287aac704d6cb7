using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Maintenance;

namespace McpRegistry.EntityFrameworkCore.Maintenance;

internal static class MaterializedViewMapper
{
    public static MaterializedViewEntity ToEntity(MaterializedViewDefinition view) => new()
    {
        Id = view.Id,
        Name = view.Name,
        Description = view.Description,
        Query = view.Query,
        Indexes = [.. view.Indexes],
        RefreshStrategy = view.Strategy,
        RefreshIntervalMinutes = view.RefreshIntervalMinutes,
        RefreshTriggers = [.. view.RefreshTriggers],
        IsActive = view.IsActive,
        LastRefreshed = StoredTime.Normalize(view.LastRefreshed),
        NextRefresh = StoredTime.Normalize(view.NextRefresh),
        RefreshCount = view.RefreshCount,
        AvgRefreshTimeMs = view.AverageRefreshMilliseconds,
        RowCount = view.RowCount,
        SizeBytes = view.SizeBytes,
        CreatedAt = StoredTime.Normalize(view.CreatedAt),
        UpdatedAt = StoredTime.Normalize(view.UpdatedAt),
        Version = view.Version,
    };

    public static MaterializedViewDefinition ToRecord(MaterializedViewEntity entity) => new()
    {
        Id = entity.Id,
        Name = entity.Name,
        Description = entity.Description,
        Query = entity.Query,
        Indexes = [.. entity.Indexes],
        Strategy = entity.RefreshStrategy,
        RefreshIntervalMinutes = entity.RefreshIntervalMinutes,
        RefreshTriggers = [.. entity.RefreshTriggers],
        IsActive = entity.IsActive,
        LastRefreshed = entity.LastRefreshed,
        NextRefresh = entity.NextRefresh,
        RefreshCount = entity.RefreshCount,
        AverageRefreshMilliseconds = entity.AvgRefreshTimeMs,
        RowCount = entity.RowCount,
        SizeBytes = entity.SizeBytes,
        CreatedAt = entity.CreatedAt,
        UpdatedAt = entity.UpdatedAt,
        Version = entity.Version,
    };
}
