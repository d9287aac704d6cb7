using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Health;
using McpRegistry.Tenancy;

namespace McpRegistry.EntityFrameworkCore.Health;

internal static class HealthCheckMapper
{
    public static HealthCheckEntity ToEntity(HealthCheckRecord check) => new()
    {
        Id = check.Id,
        TenantId = check.Tenant.Value,
        ServerId = check.ServerId,
        EndpointId = check.EndpointId,
        CheckedAt = StoredTime.Normalize(check.CheckedAt),
        Outcome = check.Outcome,
        ResponseTimeMs = check.ResponseTimeMs,
        ErrorMessage = check.ErrorMessage,
        Instance = check.Instance,
    };

    public static HealthCheckRecord ToRecord(HealthCheckEntity entity) => new()
    {
        Id = entity.Id,
        Tenant = new TenantId(entity.TenantId),
        ServerId = entity.ServerId,
        EndpointId = entity.EndpointId,
        CheckedAt = entity.CheckedAt,
        Outcome = entity.Outcome,
        ResponseTimeMs = entity.ResponseTimeMs,
        ErrorMessage = entity.ErrorMessage,
        Instance = entity.Instance,
    };
}
