using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Resilience;
using McpRegistry.Tenancy;

namespace McpRegistry.EntityFrameworkCore.Resilience;

internal static class RequestQueueMapper
{
    public static RequestQueueEntity ToEntity(Guid id, TenantId tenant, RequestQueueSnapshot snapshot) => new()
    {
        Id = id,
        TenantId = tenant.Value,
        ServerId = snapshot.ServerId,
        Instance = snapshot.Instance,
        MaxSize = snapshot.MaxSize,
        ProcessingTimeoutMs = StoredTime.ToMilliseconds(snapshot.ProcessingTimeout),
        PriorityLevels = snapshot.PriorityLevels,
        CurrentSize = snapshot.CurrentSize,
        ProcessingCount = snapshot.ProcessingCount,
        IsAcceptingRequests = snapshot.IsAccepting,
        LastProcessed = StoredTime.Normalize(snapshot.LastProcessed),
        TotalEnqueued = snapshot.TotalEnqueued,
        TotalProcessed = snapshot.TotalProcessed,
        TotalTimeouts = snapshot.TotalTimeouts,
        TotalErrors = snapshot.TotalErrors,
        AvgProcessingTimeMs = FiniteMean.Check(snapshot.AverageProcessingMilliseconds),
        AvgWaitTimeMs = FiniteMean.Check(snapshot.AverageWaitMilliseconds),
        UpdatedAt = StoredTime.Normalize(snapshot.SeenAt),
    };

    public static RequestQueueSnapshot ToRecord(RequestQueueEntity entity) => new()
    {
        ServerId = entity.ServerId,
        Instance = entity.Instance,
        SeenAt = entity.UpdatedAt,
        MaxSize = entity.MaxSize,
        ProcessingTimeout = StoredTime.FromMilliseconds(entity.ProcessingTimeoutMs),
        PriorityLevels = entity.PriorityLevels,
        CurrentSize = entity.CurrentSize,
        ProcessingCount = entity.ProcessingCount,
        IsAccepting = entity.IsAcceptingRequests,
        LastProcessed = entity.LastProcessed,
        TotalEnqueued = entity.TotalEnqueued,
        TotalProcessed = entity.TotalProcessed,
        TotalTimeouts = entity.TotalTimeouts,
        TotalErrors = entity.TotalErrors,
        AverageProcessingMilliseconds = entity.AvgProcessingTimeMs,
        AverageWaitMilliseconds = entity.AvgWaitTimeMs,
    };
}
