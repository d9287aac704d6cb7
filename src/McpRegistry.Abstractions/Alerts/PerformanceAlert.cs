using System.Collections.Immutable;
using McpRegistry.Tenancy;

namespace McpRegistry.Alerts;

/// <summary>A limit on a metric, and whom to tell when it is passed for too long.</summary>
public sealed record PerformanceAlert
{
    /// <summary>Gets the id (Guid version 7).</summary>
    public required Guid Id { get; init; }

    /// <summary>Gets the owner; <see cref="TenantId.Global"/> for an alert about the whole installation.</summary>
    public TenantId Tenant { get; init; }

    /// <summary>Gets the name, unique in the tenant ignoring case, 1 to 200 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the text for people; null when there is none.</summary>
    public string? Description { get; init; }

    /// <summary>
    /// Gets the server whose metric it is, one of the tenant or a global one; null for the metric over all servers of the
    /// tenant. The alert is deleted with its server.
    /// </summary>
    public Guid? ServerId { get; init; }

    /// <summary>Gets the name of the metric.</summary>
    public required string MetricName { get; init; }

    /// <summary>Gets how a measured value is compared with <see cref="Threshold"/>.</summary>
    public required AlertComparison Comparison { get; init; }

    /// <summary>Gets the limit, a finite number in the unit of the metric.</summary>
    public required double Threshold { get; init; }

    /// <summary>Gets how many minutes the condition must hold before the alert fires. Default 5; 0 for at once.</summary>
    public int DurationMinutes { get; init; } = 5;

    /// <summary>Gets how many minutes pass before somebody is told again. Default 60.</summary>
    public int CooldownMinutes { get; init; } = 60;

    /// <summary>Gets a value that tells whether the alert is evaluated. Default true.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>Gets the names of the channels by which somebody is told, in the order they were given.</summary>
    public ImmutableArray<string> NotificationChannels { get; init; } = [];

    /// <summary>Gets what the evaluations have come to. Only the recording of an evaluation changes it.</summary>
    public AlertState State { get; init; } = AlertState.Initial;

    /// <summary>Gets when the alert was defined, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets when the definition last changed, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>
    /// Gets the concurrency token of the definition: the store raises it with every change of the definition and refuses an
    /// update that carries an older one.
    /// </summary>
    public long Version { get; init; }
}
