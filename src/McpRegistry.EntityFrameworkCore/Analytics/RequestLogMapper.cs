using McpRegistry.Analytics;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.EntityFrameworkCore.Analytics;

internal static class RequestLogMapper
{
    public static RequestLogEntity ToEntity(RequestLogEntry entry) => new()
    {
        Id = entry.Id,
        TenantId = entry.Tenant.Value,
        UserId = entry.UserId,
        ApiKeyId = entry.ApiKeyId,
        RequestId = entry.RequestId,
        TraceId = entry.TraceId,
        IpAddress = entry.IpAddress,
        Method = entry.Method,
        Path = entry.Path,
        McpMethod = entry.McpMethod,
        TargetName = entry.TargetName,
        TargetServerId = entry.TargetServerId,
        TargetEndpointId = entry.TargetEndpointId,
        RequestTime = StoredTime.Normalize(entry.RequestTime),
        DurationMs = entry.DurationMs,
        StatusCode = entry.StatusCode,
        RequestSizeBytes = entry.RequestSizeBytes,
        ResponseSizeBytes = entry.ResponseSizeBytes,
        ErrorType = entry.ErrorType,
        ErrorMessage = entry.ErrorMessage,
    };

    public static RequestLogEntry ToRecord(RequestLogEntity entity) => new()
    {
        Id = entity.Id,
        Tenant = new TenantId(entity.TenantId),
        UserId = entity.UserId,
        ApiKeyId = entity.ApiKeyId,
        RequestId = entity.RequestId,
        TraceId = entity.TraceId,
        IpAddress = entity.IpAddress,
        Method = entity.Method,
        Path = entity.Path,
        McpMethod = entity.McpMethod,
        TargetName = entity.TargetName,
        TargetServerId = entity.TargetServerId,
        TargetEndpointId = entity.TargetEndpointId,
        RequestTime = entity.RequestTime,
        DurationMs = entity.DurationMs,
        StatusCode = entity.StatusCode,
        RequestSizeBytes = entity.RequestSizeBytes,
        ResponseSizeBytes = entity.ResponseSizeBytes,
        ErrorType = entity.ErrorType,
        ErrorMessage = entity.ErrorMessage,
    };
}
