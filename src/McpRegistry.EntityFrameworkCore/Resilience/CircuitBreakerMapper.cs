using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Resilience;
using McpRegistry.Tenancy;

namespace McpRegistry.EntityFrameworkCore.Resilience;

internal static class CircuitBreakerMapper
{
    public static CircuitBreakerEntity ToEntity(TenantId tenant, CircuitBreakerSnapshot snapshot) => new()
    {
        Id = snapshot.EndpointId,
        TenantId = tenant.Value,
        ServerId = snapshot.ServerId,
        State = snapshot.State,
        Reason = snapshot.Reason,
        FailureCount = snapshot.FailureCount,
        SuccessCount = snapshot.SuccessCount,
        FailureThreshold = snapshot.FailureThreshold,
        SuccessThreshold = snapshot.SuccessThreshold,
        TimeoutMs = StoredTime.ToMilliseconds(snapshot.BreakDuration),
        LastFailureTime = StoredTime.Normalize(snapshot.LastFailure),
        LastSuccessTime = StoredTime.Normalize(snapshot.LastSuccess),
        LastStateChange = StoredTime.Normalize(snapshot.LastStateChange),
        NextAttempt = StoredTime.Normalize(snapshot.NextAttempt),
        TotalRequests = snapshot.TotalRequests,
        TotalFailures = snapshot.TotalFailures,
        TotalTimeouts = snapshot.TotalTimeouts,
        Instance = snapshot.Instance,
        History = CircuitHistoryDocument.Of(snapshot.History),
    };

    public static CircuitBreakerSnapshot ToRecord(CircuitBreakerEntity entity) => new()
    {
        EndpointId = entity.Id,
        Tenant = new TenantId(entity.TenantId),
        ServerId = entity.ServerId,
        State = entity.State,
        Reason = entity.Reason,
        FailureCount = entity.FailureCount,
        SuccessCount = entity.SuccessCount,
        FailureThreshold = entity.FailureThreshold,
        SuccessThreshold = entity.SuccessThreshold,
        BreakDuration = StoredTime.FromMilliseconds(entity.TimeoutMs),
        LastFailure = entity.LastFailureTime,
        LastSuccess = entity.LastSuccessTime,
        LastStateChange = entity.LastStateChange,
        NextAttempt = entity.NextAttempt,
        TotalRequests = entity.TotalRequests,
        TotalFailures = entity.TotalFailures,
        TotalTimeouts = entity.TotalTimeouts,
        Instance = entity.Instance,
        History = entity.History?.ToRecord() ?? CircuitHistory.Empty,
    };
}
