namespace McpRegistry.Maintenance;

/// <summary>What a registry starts with.</summary>
internal static class DefaultRetentionPolicies
{
    /// <summary>Makes the policies for the tables that the store offers.</summary>
    public static IEnumerable<RetentionPolicy> Create(IReadOnlyList<RetentionTable> tables, DateTimeOffset now)
    {
        RetentionPolicy[] all =
        [
            Create("Request logs", "request_logs", "request_time", 30, "Requests that were answered more than 30 days ago", now),
            Create("Server metrics", "server_metrics", "timestamp", 7, "Figures of servers that are older than 7 days", now),
            Create("Health checks", "server_health_checks", "checked_at", 7, "Checks of servers that are older than 7 days", now),
            Create("Ended sessions", "gateway_sessions", "expires_at", 7, "Sessions that ended more than 7 days ago", now),

            // An audit trail is never shortened without being asked to.
            Create("Audit trail", "audit_events", "occurred_at", 90, "Audit events that are older than 90 days; switched off", now)
                with { IsActive = false },
        ];
        return all.Where(policy => tables.Any(table => string.Equals(table.Name, policy.Table, StringComparison.Ordinal)));
    }

    private static RetentionPolicy Create(string name, string table, string column, int days, string description, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        Name = name,
        Description = description,
        Table = table,
        DateColumn = column,
        RetentionDays = days,
        CreatedAt = now,
        UpdatedAt = now,
    };
}
