using McpRegistry.EntityFrameworkCore.PostgreSql.Storage;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Migrations
{
    /// <summary>Adds the indexes of tables that may hold rows by now. Nothing else may be in here: see <see cref="ConcurrentIndexes"/>.</summary>
    internal sealed partial class AddIndexesToExistingTables : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndexConcurrently("idx_mcp_servers_tenant_status", "mcp_servers", ["tenant_id", "health_status"]);
            migrationBuilder.CreateIndexConcurrently(
                "idx_mcp_servers_health_check_time", "mcp_servers", ["last_health_check"], "last_health_check IS NOT NULL");
            migrationBuilder.CreateIndexConcurrently(
                "idx_mcp_servers_performance", "mcp_servers", ["health_status", "avg_response_time", "success_rate"], "enabled");
            migrationBuilder.CreateIndexConcurrently(
                "idx_servers_discovery_composite",
                "mcp_servers",
                ["tenant_id", "health_rank", "response_order", "name_key", "id", "enabled", "visibility", "owner_id"]);
            migrationBuilder.CreateIndexConcurrently(
                "ix_servers_discovery_public",
                "mcp_servers",
                ["health_rank", "response_order", "name_key", "id", "tenant_id", "enabled", "owner_id", "visibility"],
                "visibility = 'public'");
            CreateTextIndex(migrationBuilder, "ix_mcp_servers_description_text", "mcp_servers", "description_key");
            CreateTextIndex(migrationBuilder, "ix_mcp_servers_name_text", "mcp_servers", "name_key");
            migrationBuilder.CreateIndexConcurrently("idx_mcp_servers_endpoint_transport", "server_endpoints", ["endpoint_url"])
                .Annotation("Npgsql:IndexMethod", "hash");

            migrationBuilder.CreateIndexConcurrently("idx_server_tools_name_server", "server_tools", ["key_hash", "tenant_id", "server_id"]);
            migrationBuilder.CreateIndexConcurrently("ix_server_prompts_name", "server_prompts", ["key_hash", "tenant_id", "server_id"]);
            migrationBuilder.CreateIndexConcurrently(
                "idx_server_tools_usage_stats", "server_tools", ["total_calls", "success_count"], "total_calls > 0");
            migrationBuilder.CreateIndexConcurrently(
                "idx_tools_discovery_performance",
                "server_tools",
                ["key_hash", "success_count", "avg_execution_time", "server_id"],
                "total_calls > 0");

            CreateTextIndex(migrationBuilder, "idx_server_resources_uri_server", "server_resources", "uri_template");
            CreateTextIndex(migrationBuilder, "ix_server_resource_templates_uri", "server_resource_templates", "uri_template");
            migrationBuilder.CreateIndexConcurrently(
                    "idx_server_resources_mime_type", "server_resources", ["mime_type"], "mime_type IS NOT NULL")
                .Annotation("Npgsql:IndexMethod", "hash");

            migrationBuilder.CreateIndexConcurrently("idx_api_keys_tenant_active", "api_keys", ["tenant_id", "is_active"]);
            migrationBuilder.CreateIndexConcurrently(
                "idx_api_keys_expiration", "api_keys", ["expires_at"], "is_active AND expires_at IS NOT NULL");
            migrationBuilder.CreateIndexConcurrently("idx_api_keys_usage", "api_keys", ["last_used", "total_requests"], "is_active");
            migrationBuilder.CreateIndexConcurrently("idx_api_keys_hash_active", "api_keys", ["key_hash", "is_active"]);
            migrationBuilder.CreateIndexConcurrently("idx_api_keys_user_enabled", "api_keys", ["user_id"], "is_active");

            migrationBuilder.CreateIndexConcurrently(
                "idx_tenant_utilization_composite", "request_logs (tenant_id, ((request_time AT TIME ZONE 'UTC')::date), status_code)");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            string[] indexes =
            [
                "idx_tenant_utilization_composite",
                "idx_api_keys_user_enabled",
                "idx_api_keys_hash_active",
                "idx_api_keys_usage",
                "idx_api_keys_expiration",
                "idx_api_keys_tenant_active",
                "idx_server_resources_mime_type",
                "ix_server_resource_templates_uri",
                "idx_server_resources_uri_server",
                "idx_tools_discovery_performance",
                "idx_server_tools_usage_stats",
                "ix_server_prompts_name",
                "idx_server_tools_name_server",
                "idx_mcp_servers_endpoint_transport",
                "ix_mcp_servers_name_text",
                "ix_mcp_servers_description_text",
                "ix_servers_discovery_public",
                "idx_servers_discovery_composite",
                "idx_mcp_servers_performance",
                "idx_mcp_servers_health_check_time",
                "idx_mcp_servers_tenant_status",
            ];
            foreach (var index in indexes)
            {
                migrationBuilder.DropIndexConcurrently(index);
            }
        }

        private static void CreateTextIndex(MigrationBuilder migrationBuilder, string name, string table, string column) => migrationBuilder
            .CreateIndexConcurrently(name, table, [column])
            .Annotation("Npgsql:IndexMethod", "gin")
            .Annotation("Npgsql:IndexOperators", new[] { "gin_trgm_ops" });
    }
}
