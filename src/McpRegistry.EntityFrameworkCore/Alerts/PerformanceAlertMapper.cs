using McpRegistry.Alerts;
using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.EntityFrameworkCore.Alerts;

internal static class PerformanceAlertMapper
{
    /// <summary>Makes the row of a definition that was never evaluated.</summary>
    /// <exception cref="ArgumentException">The threshold is not finite.</exception>
    public static PerformanceAlertEntity ToEntity(TenantId tenant, PerformanceAlert alert) => new()
    {
        Id = alert.Id,
        TenantId = tenant.Value,
        Name = alert.Name,
        NameKey = ServerMapper.NameKey(alert.Name),
        Description = alert.Description,
        ServerId = alert.ServerId,
        MetricName = alert.MetricName,
        ThresholdValue = double.IsFinite(alert.Threshold)
            ? alert.Threshold
            : throw new ArgumentException("The threshold is not a finite number.", nameof(alert)),
        ComparisonOperator = alert.Comparison,
        DurationMinutes = alert.DurationMinutes,
        CooldownMinutes = alert.CooldownMinutes,
        IsActive = alert.IsActive,
        NotificationChannels = alert.NotificationChannels.IsDefault ? [] : [.. alert.NotificationChannels],
        CreatedAt = StoredTime.Normalize(alert.CreatedAt),
        UpdatedAt = StoredTime.Normalize(alert.UpdatedAt),
        Version = alert.Version,
    };

    public static PerformanceAlert ToRecord(PerformanceAlertEntity entity) => new()
    {
        Id = entity.Id,
        Tenant = new TenantId(entity.TenantId),
        Name = entity.Name,
        Description = entity.Description,
        ServerId = entity.ServerId,
        MetricName = entity.MetricName,
        Threshold = entity.ThresholdValue,
        Comparison = entity.ComparisonOperator,
        DurationMinutes = entity.DurationMinutes,
        CooldownMinutes = entity.CooldownMinutes,
        IsActive = entity.IsActive,
        NotificationChannels = [.. entity.NotificationChannels],
        State = new AlertState
        {
            IsTriggered = entity.IsTriggered,
            TriggeredSince = entity.FirstTriggered,
            LastTriggered = entity.LastTriggered,
            TriggerCount = entity.TriggerCount,
            LastNotification = entity.LastNotification,
        },
        CreatedAt = entity.CreatedAt,
        UpdatedAt = entity.UpdatedAt,
        Version = entity.Version,
    };

    public static AlertState Normalize(AlertState state) => state with
    {
        TriggeredSince = StoredTime.Normalize(state.TriggeredSince),
        LastTriggered = StoredTime.Normalize(state.LastTriggered),
        LastNotification = StoredTime.Normalize(state.LastNotification),
    };
}
