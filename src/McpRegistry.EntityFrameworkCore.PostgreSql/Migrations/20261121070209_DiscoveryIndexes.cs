using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Migrations
{
    /// <inheritdoc />
    internal sealed partial class DiscoveryIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "idx_server_tools_name_server",
                table: "server_tools");

            migrationBuilder.DropIndex(
                name: "ix_server_tags_tag",
                table: "server_tags");

            migrationBuilder.DropIndex(
                name: "idx_servers_discovery_composite",
                table: "mcp_servers");

            migrationBuilder.AddColumn<string>(
                name: "description_key",
                table: "mcp_servers",
                type: "text",
                nullable: true,
                collation: "C");

            // Other letters than ASCII are folded with the next write of the server, as .NET folds them.
            migrationBuilder.Sql("UPDATE mcp_servers SET description_key = upper(description);");

            migrationBuilder.CreateIndex(
                name: "idx_server_tools_name_server",
                table: "server_tools",
                columns: new[] { "key_hash", "tenant_id", "server_id" });

            migrationBuilder.CreateIndex(
                name: "ix_server_tags_tag",
                table: "server_tags",
                columns: new[] { "tag", "tenant_id", "server_id" });

            migrationBuilder.CreateIndex(
                name: "ix_server_resource_templates_uri",
                table: "server_resource_templates",
                column: "uri_template")
                .Annotation("Npgsql:IndexMethod", "gin")
                .Annotation("Npgsql:IndexOperators", new[] { "gin_trgm_ops" });

            migrationBuilder.CreateIndex(
                name: "ix_server_prompts_name",
                table: "server_prompts",
                columns: new[] { "key_hash", "tenant_id", "server_id" });

            migrationBuilder.CreateIndex(
                name: "idx_servers_discovery_composite",
                table: "mcp_servers",
                columns: new[] { "tenant_id", "health_rank", "response_order", "name_key", "id", "enabled", "visibility", "owner_id" });

            migrationBuilder.CreateIndex(
                name: "idx_servers_discovery_public",
                table: "mcp_servers",
                columns: new[] { "health_rank", "response_order", "name_key", "id", "tenant_id", "enabled", "owner_id", "visibility" },
                filter: "visibility = 'public'");

            migrationBuilder.CreateIndex(
                name: "ix_mcp_servers_description_text",
                table: "mcp_servers",
                column: "description_key")
                .Annotation("Npgsql:IndexMethod", "gin")
                .Annotation("Npgsql:IndexOperators", new[] { "gin_trgm_ops" });

            migrationBuilder.CreateIndex(
                name: "ix_mcp_servers_name_text",
                table: "mcp_servers",
                column: "name_key")
                .Annotation("Npgsql:IndexMethod", "gin")
                .Annotation("Npgsql:IndexOperators", new[] { "gin_trgm_ops" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "idx_server_tools_name_server",
                table: "server_tools");

            migrationBuilder.DropIndex(
                name: "ix_server_tags_tag",
                table: "server_tags");

            migrationBuilder.DropIndex(
                name: "ix_server_resource_templates_uri",
                table: "server_resource_templates");

            migrationBuilder.DropIndex(
                name: "ix_server_prompts_name",
                table: "server_prompts");

            migrationBuilder.DropIndex(
                name: "idx_servers_discovery_composite",
                table: "mcp_servers");

            migrationBuilder.DropIndex(
                name: "idx_servers_discovery_public",
                table: "mcp_servers");

            migrationBuilder.DropIndex(
                name: "ix_mcp_servers_description_text",
                table: "mcp_servers");

            migrationBuilder.DropIndex(
                name: "ix_mcp_servers_name_text",
                table: "mcp_servers");

            migrationBuilder.DropColumn(
                name: "description_key",
                table: "mcp_servers");

            migrationBuilder.CreateIndex(
                name: "idx_server_tools_name_server",
                table: "server_tools",
                columns: new[] { "key_hash", "server_id" });

            migrationBuilder.CreateIndex(
                name: "ix_server_tags_tag",
                table: "server_tags",
                columns: new[] { "tag", "server_id" });

            migrationBuilder.CreateIndex(
                name: "idx_servers_discovery_composite",
                table: "mcp_servers",
                columns: new[] { "tenant_id", "health_rank", "response_order", "name_key", "id" });
        }
    }
}
