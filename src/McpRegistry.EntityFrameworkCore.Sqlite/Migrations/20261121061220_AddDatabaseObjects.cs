using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace McpRegistry.EntityFrameworkCore.Sqlite.Migrations
{
    /// <inheritdoc />
    internal sealed partial class AddDatabaseObjects : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                UPDATE mcp_servers SET health_rank = CASE health_status
                    WHEN 'healthy' THEN 0 WHEN 'degraded' THEN 1 WHEN 'unknown' THEN 2 WHEN 'maintenance' THEN 3 ELSE 4 END;
                -- Other letters than ASCII are folded with the next write of the server, as .NET folds them.
                UPDATE mcp_servers SET description_key = upper(description);
                UPDATE api_keys SET is_active = revoked_at IS NULL;
                INSERT INTO server_tags (tenant_id, server_id, tag)
                SELECT DISTINCT mcp_servers.tenant_id, mcp_servers.id, label.value FROM mcp_servers, json_each(tags) AS label;
                """);
            migrationBuilder.Sql(
                """
                CREATE INDEX idx_tenant_utilization_composite ON request_logs (tenant_id, (request_time / 86400000000), status_code);
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP INDEX idx_tenant_utilization_composite;");
            migrationBuilder.Sql("DELETE FROM server_tags;");
        }
    }
}
