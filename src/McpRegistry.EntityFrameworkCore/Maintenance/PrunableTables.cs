using McpRegistry.EntityFrameworkCore.Analytics;
using McpRegistry.EntityFrameworkCore.Health;
using McpRegistry.EntityFrameworkCore.Sessions;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Health;
using Column = McpRegistry.EntityFrameworkCore.Maintenance.PrunableColumn;

namespace McpRegistry.EntityFrameworkCore.Maintenance;

/// <summary>
/// All that retention may ever delete. What the registry was told to keep (servers, keys, rules) is not here, nor are the
/// changes that replicas follow, which their own pruner bounds.
/// </summary>
internal static class PrunableTables
{
    /// <summary>Gets the names of the tables.</summary>
    public static IReadOnlyList<string> Names { get; } = ["audit_events", "request_logs", "server_metrics", "server_health_checks", "gateway_sessions"];

    public static IReadOnlyList<IPrunableTable> Of(IDatabaseProvider provider, TimeProvider time) =>
    [
        new PrunableTrail(provider, time),
        new PrunableTable<RequestLogEntity>(
            "request_logs",
            "request_time",
            before => x => x.RequestTime < before,
            Column.Id<RequestLogEntity>("tenant_id", value => x => x.TenantId == value),
            Column.Id<RequestLogEntity>("target_server_id", value => x => x.TargetServerId == value),
            Column.Text<RequestLogEntity>("method", value => x => x.Method == value),
            Column.Text<RequestLogEntity>("mcp_method", value => x => x.McpMethod == value),
            Column.Integer<RequestLogEntity>("status_code", value => x => x.StatusCode == value)),
        new PrunableTable<ServerMetricEntity>(
            "server_metrics",
            "timestamp",
            before => x => x.Timestamp < before,
            Column.Id<ServerMetricEntity>("tenant_id", value => x => x.TenantId == value),
            Column.Id<ServerMetricEntity>("server_id", value => x => x.ServerId == value)),
        new PrunableTable<HealthCheckEntity>(
            "server_health_checks",
            "checked_at",
            before => x => x.CheckedAt < before,
            Column.Id<HealthCheckEntity>("tenant_id", value => x => x.TenantId == value),
            Column.Id<HealthCheckEntity>("server_id", value => x => x.ServerId == value),
            Column.Choice<HealthCheckEntity, HealthCheckOutcome>("outcome", value => x => x.Outcome == value)),
        new PrunableTable<GatewaySessionEntity>(
            "gateway_sessions",
            "expires_at",
            before => x => x.ExpiresAt < before,
            Column.Id<GatewaySessionEntity>("tenant_id", value => x => x.TenantId == value),
            Column.Boolean<GatewaySessionEntity>("is_active", value => x => x.IsActive == value)),
    ];
}
