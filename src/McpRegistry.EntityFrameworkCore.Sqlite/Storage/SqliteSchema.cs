using McpRegistry.EntityFrameworkCore.Storage;

namespace McpRegistry.EntityFrameworkCore.Sqlite.Storage;

internal sealed class SqliteSchema : ISchemaCatalogue
{
    // A day has 86,400,000,000 microseconds, the unit of the column.
    public const string TenantUtilization =
        "CREATE INDEX idx_tenant_utilization_composite ON request_logs (tenant_id, (request_time / 86400000000), status_code)";

    public string ObjectsSql =>
        """
        SELECT type || ' ' || name AS "Value" FROM sqlite_master
        UNION ALL
        SELECT 'column ' || tables.name || '.' || columns.name FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns
        WHERE tables.type = 'table'
        """;

    public IEnumerable<string> Extras => [];

    public string WriteExtra(string line) => throw new InvalidOperationException($"SQLite has no {line}.");

    public string WriteIndex(string name, string? statement) => $"{statement ?? TenantUtilization};";
}
