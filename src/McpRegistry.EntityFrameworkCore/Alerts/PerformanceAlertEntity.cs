using McpRegistry.Alerts;
using McpRegistry.EntityFrameworkCore.Storage;

namespace McpRegistry.EntityFrameworkCore.Alerts;

internal sealed class PerformanceAlertEntity : IHasId
{
    public Guid Id { get; set; }

    public Guid TenantId { get; set; }

    public required string Name { get; set; }

    /// <summary>Gets or sets the name in the form that decides uniqueness.</summary>
    public required string NameKey { get; set; }

    public string? Description { get; set; }

    public Guid? ServerId { get; set; }

    public required string MetricName { get; set; }

    public double ThresholdValue { get; set; }

    public AlertComparison ComparisonOperator { get; set; }

    public int DurationMinutes { get; set; }

    public bool IsActive { get; set; }

    public bool IsTriggered { get; set; }

    public DateTimeOffset? FirstTriggered { get; set; }

    public DateTimeOffset? LastTriggered { get; set; }

    public long TriggerCount { get; set; }

    public string[] NotificationChannels { get; set; } = [];

    public int CooldownMinutes { get; set; }

    public DateTimeOffset? LastNotification { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public long Version { get; set; }
}
