using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Maintenance;

namespace McpRegistry.EntityFrameworkCore.Maintenance;

/// <summary>A view that is computed ahead of time. It concerns the database as a whole, so it has no tenant.</summary>
internal sealed class MaterializedViewEntity : IHasId
{
    public Guid Id { get; set; }

    public required string Name { get; set; }

    public string? Description { get; set; }

    public required string Query { get; set; }

    public string[] Indexes { get; set; } = [];

    public RefreshStrategy RefreshStrategy { get; set; }

    public int? RefreshIntervalMinutes { get; set; }

    public string[] RefreshTriggers { get; set; } = [];

    public bool IsActive { get; set; }

    public DateTimeOffset? LastRefreshed { get; set; }

    public DateTimeOffset? NextRefresh { get; set; }

    public long RefreshCount { get; set; }

    public double? AvgRefreshTimeMs { get; set; }

    public long? RowCount { get; set; }

    public long? SizeBytes { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public long Version { get; set; }
}
