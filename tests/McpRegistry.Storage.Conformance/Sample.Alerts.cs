using McpRegistry.Alerts;
using McpRegistry.Tenancy;

namespace McpRegistry.Storage.Conformance;

/// <content>Performance alerts.</content>
public static partial class Sample
{
    public static PerformanceAlert Alert(TenantId tenant, string? name = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new PerformanceAlert
        {
            Id = Guid.CreateVersion7(),
            Tenant = tenant,
            Name = name ?? Token(),
            MetricName = "error_rate",
            Comparison = AlertComparison.GreaterThan,
            Threshold = 0.05,
            CreatedAt = now,
            UpdatedAt = now,
        };
    }

    public static PerformanceAlert FullAlert(TenantId tenant, Guid serverId) => Alert(tenant) with
    {
        Description = "Too slow",
        ServerId = serverId,
        MetricName = "response_time_ms",
        Comparison = AlertComparison.LessThanOrEqual,
        Threshold = -1234.5678901234567,
        DurationMinutes = 0,
        CooldownMinutes = 1440,
        IsActive = false,
        NotificationChannels = ["mail", "Chat", "mail"],
    };

    public static AlertState FiringState() => new()
    {
        IsTriggered = true,
        TriggeredSince = TimeProvider.System.GetUtcNow().AddMinutes(-5),
        LastTriggered = TimeProvider.System.GetUtcNow(),
        TriggerCount = 1,
        LastNotification = TimeProvider.System.GetUtcNow().AddTicks(7),
    };
}
