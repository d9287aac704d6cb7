using McpRegistry.Storage;
using McpRegistry.Telemetry;
using McpRegistry.Tenancy;

namespace McpRegistry.Auditing;

internal sealed class InMemoryAuditStore(InMemoryDatabase database, RegistryMeter meter) : IAuditStore
{
    private readonly InMemoryRows<AuditEvent> _rows = new(
        static row => new RowPosition(row.OccurredAt, row.Id), InMemoryRows<AuditEvent>.Instrument(meter.Meter), "audit_events");

    public ValueTask AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken) => database.RunAsync(
        () =>
        {
            foreach (var auditEvent in events)
            {
                _rows.Add(auditEvent with { OccurredAt = StoredTime.Normalize(auditEvent.OccurredAt) });
            }
        },
        cancellationToken);

    public ValueTask<IReadOnlyList<AuditEvent>> SearchAsync(TenantId tenant, AuditQuery query, CancellationToken cancellationToken)
    {
        PageSize.Check(query.Limit);
        return database.RunAsync(() => _rows.Page(row => Matches(row, tenant, query), query.After, query.Limit), cancellationToken);
    }

    public async ValueTask<IReadOnlyList<McpAuditEntry>> SearchMcpAsync(TenantId tenant, AuditQuery query, CancellationToken cancellationToken)
    {
        var rows = await SearchAsync(tenant, query with { Source = AuditSource.Mcp }, cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(ToEntry)];
    }

    private static bool Matches(AuditEvent row, TenantId tenant, AuditQuery query) =>
        row.Tenant == tenant
        && IsWanted(query.Action, row.Action)
        && IsWanted(query.ResourceType, row.ResourceType)
        && IsWanted(query.ResourceId, row.ResourceId)
        && (query.UserId is null || query.UserId == row.UserId)
        && (query.Source is null || query.Source == row.Source)
        && (query.Success is null || query.Success == row.Success)
        && (query.From is null || row.OccurredAt >= query.From)
        && (query.Until is null || row.OccurredAt < query.Until);

    private static bool IsWanted(string? wanted, string? value) => wanted is null || string.Equals(wanted, value, StringComparison.Ordinal);

    private static McpAuditEntry ToEntry(AuditEvent row) => new()
    {
        Id = row.Id,
        Tenant = row.Tenant,
        Timestamp = row.OccurredAt,
        UserId = row.UserId,
        UserName = row.ActorName,
        UserRoles = row.Roles,
        Method = row.Method,
        RequestId = row.RequestId,
        JsonRpcVersion = row.JsonRpcVersion,
        Success = row.Success,
        DurationMs = row.DurationMs,
        ErrorCode = row.ErrorCode,
        ErrorMessage = row.ErrorMessage,
    };
}
