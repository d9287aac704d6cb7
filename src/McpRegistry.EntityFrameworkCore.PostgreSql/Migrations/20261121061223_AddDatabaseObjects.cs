using System.Linq;
using McpRegistry.EntityFrameworkCore.PostgreSql.Storage;
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
                -- Other letters than ASCII are folded with the next write of the server, as .NET folds them.
                UPDATE mcp_servers SET description_key = upper(description);
                UPDATE api_keys SET is_active = revoked_at IS NULL;
                INSERT INTO server_tags (tenant_id, server_id, tag)
                SELECT DISTINCT tenant_id, id, label FROM mcp_servers, jsonb_array_elements_text(tags) AS label;
                """);
            foreach (var name in DatabaseObjects.Names)
            {
                migrationBuilder.Sql(DatabaseObjects.ReadCreate(name));
            }
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            foreach (var name in DatabaseObjects.Names.Reverse())
            {
                migrationBuilder.Sql(DatabaseObjects.WriteDrop(name));
            }

            migrationBuilder.Sql("DELETE FROM server_tags;");
        }
    }
}
