using McpRegistry.EntityFrameworkCore.Storage;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

/// <summary>Reads the catalogues of PostgreSQL; an index whose building was cut off does not count.</summary>
internal sealed class PostgreSqlSchema : ISchemaCatalogue
{
    public const string TenantUtilization = "request_logs (tenant_id, ((request_time AT TIME ZONE 'UTC')::date), status_code)";

    public string ObjectsSql =>
        """
        WITH own AS (
            SELECT c.oid, c.relname, c.relkind FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE pg_table_is_visible(c.oid) AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        )
        SELECT CASE relkind WHEN 'v' THEN 'view ' ELSE 'table ' END || relname AS "Value" FROM own WHERE relkind IN ('r', 'p', 'v')
        UNION ALL
        SELECT 'column ' || relname || '.' || attname FROM own JOIN pg_attribute AS a ON a.attrelid = own.oid
        WHERE relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
        UNION ALL
        SELECT 'index ' || relname FROM own JOIN pg_index AS i ON i.indexrelid = own.oid WHERE i.indisvalid
        UNION ALL
        SELECT 'function ' || proname FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
        WHERE pg_function_is_visible(p.oid) AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        """;

    public IEnumerable<string> Extras =>
        DatabaseObjects.Functions.Select(name => $"function {name}").Concat(DatabaseObjects.Views.Select(name => $"view {name}"));

    public string WriteExtra(string line) => DatabaseObjects.ReadCreate(line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]);

    public string WriteIndex(string name, string? statement)
    {
        var create = statement ?? $"CREATE INDEX {name} ON {TenantUtilization}";
        return $"DROP INDEX CONCURRENTLY IF EXISTS {name}; {create.Replace("INDEX ", "INDEX CONCURRENTLY ", StringComparison.Ordinal)};";
    }
}
