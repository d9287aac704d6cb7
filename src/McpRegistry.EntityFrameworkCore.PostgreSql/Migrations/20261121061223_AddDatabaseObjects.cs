using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Migrations
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
                UPDATE api_keys SET is_active = revoked_at IS NULL;
                INSERT INTO server_tags (tenant_id, server_id, tag)
                SELECT DISTINCT tenant_id, id, label FROM mcp_servers, jsonb_array_elements_text(tags) AS label;
                """);
            migrationBuilder.Sql(
                """
                CREATE INDEX idx_tenant_utilization_composite ON request_logs (tenant_id, ((request_time AT TIME ZONE 'UTC')::date), status_code);
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
