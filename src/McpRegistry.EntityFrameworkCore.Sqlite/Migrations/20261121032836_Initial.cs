using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace McpRegistry.EntityFrameworkCore.Sqlite.Migrations
{
    /// <inheritdoc />
    internal sealed partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "api_keys",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    tenant_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    lookup_id = table.Column<string>(type: "TEXT", nullable: false),
                    salt = table.Column<byte[]>(type: "BLOB", nullable: false),
                    key_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    last_four = table.Column<string>(type: "TEXT", nullable: false),
                    scopes = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: true),
                    revoked_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_api_keys", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "mcp_servers",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    tenant_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    name_key = table.Column<string>(type: "TEXT", nullable: false),
                    alias = table.Column<string>(type: "TEXT", nullable: false),
                    description = table.Column<string>(type: "TEXT", nullable: true),
                    tags = table.Column<string>(type: "TEXT", nullable: false),
                    origin = table.Column<string>(type: "TEXT", nullable: false),
                    session_isolation = table.Column<string>(type: "TEXT", nullable: false),
                    enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    health_status = table.Column<string>(type: "TEXT", nullable: false),
                    last_health_check = table.Column<long>(type: "INTEGER", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_mcp_servers", x => x.id);
                    table.UniqueConstraint("ak_mcp_servers_tenant_id", x => new { x.tenant_id, x.id });
                });

            migrationBuilder.CreateTable(
                name: "registry_revisions",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    scope = table.Column<string>(type: "TEXT", nullable: false),
                    revision = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_revisions", x => new { x.tenant_id, x.scope });
                });

            migrationBuilder.CreateTable(
                name: "server_discoveries",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    server_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    health_status = table.Column<string>(type: "TEXT", nullable: false),
                    completed_at = table.Column<long>(type: "INTEGER", nullable: false),
                    duration_us = table.Column<long>(type: "INTEGER", nullable: false),
                    faults = table.Column<string>(type: "TEXT", nullable: false),
                    protocol_era = table.Column<string>(type: "TEXT", nullable: true),
                    protocol_version = table.Column<string>(type: "TEXT", nullable: true),
                    server_info = table.Column<byte[]>(type: "BLOB", nullable: false),
                    capabilities = table.Column<byte[]>(type: "BLOB", nullable: false),
                    instructions = table.Column<string>(type: "TEXT", nullable: true),
                    has_items = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_server_discoveries", x => new { x.tenant_id, x.server_id });
                    table.ForeignKey(
                        name: "fk_server_discoveries_server",
                        columns: x => new { x.tenant_id, x.server_id },
                        principalTable: "mcp_servers",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "server_endpoints",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    tenant_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    server_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    ordinal = table.Column<int>(type: "INTEGER", nullable: false),
                    transport_type = table.Column<string>(type: "TEXT", nullable: false),
                    endpoint_url = table.Column<string>(type: "TEXT", nullable: true),
                    command = table.Column<string>(type: "TEXT", nullable: true),
                    arguments = table.Column<string>(type: "TEXT", nullable: false),
                    environment = table.Column<string>(type: "TEXT", nullable: false),
                    working_directory = table.Column<string>(type: "TEXT", nullable: true),
                    weight = table.Column<int>(type: "INTEGER", nullable: false),
                    zone = table.Column<string>(type: "TEXT", nullable: true),
                    protocol_era = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_server_endpoints", x => x.id);
                    table.ForeignKey(
                        name: "fk_server_endpoints_server",
                        columns: x => new { x.tenant_id, x.server_id },
                        principalTable: "mcp_servers",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "server_prompts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    tenant_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    server_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    key_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    ordinal = table.Column<int>(type: "INTEGER", nullable: false),
                    title = table.Column<string>(type: "TEXT", nullable: true),
                    description = table.Column<string>(type: "TEXT", nullable: true),
                    definition = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_server_prompts", x => x.id);
                    table.ForeignKey(
                        name: "fk_server_prompts_server",
                        columns: x => new { x.tenant_id, x.server_id },
                        principalTable: "mcp_servers",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "server_resource_templates",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    tenant_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    server_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    uri_template = table.Column<string>(type: "TEXT", nullable: false),
                    key_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    ordinal = table.Column<int>(type: "INTEGER", nullable: false),
                    title = table.Column<string>(type: "TEXT", nullable: true),
                    description = table.Column<string>(type: "TEXT", nullable: true),
                    mime_type = table.Column<string>(type: "TEXT", nullable: true),
                    definition = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_server_resource_templates", x => x.id);
                    table.ForeignKey(
                        name: "fk_server_resource_templates_server",
                        columns: x => new { x.tenant_id, x.server_id },
                        principalTable: "mcp_servers",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "server_resources",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    tenant_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    server_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    uri_template = table.Column<string>(type: "TEXT", nullable: false),
                    key_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    ordinal = table.Column<int>(type: "INTEGER", nullable: false),
                    title = table.Column<string>(type: "TEXT", nullable: true),
                    description = table.Column<string>(type: "TEXT", nullable: true),
                    mime_type = table.Column<string>(type: "TEXT", nullable: true),
                    definition = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_server_resources", x => x.id);
                    table.ForeignKey(
                        name: "fk_server_resources_server",
                        columns: x => new { x.tenant_id, x.server_id },
                        principalTable: "mcp_servers",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "server_tools",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    tenant_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    server_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    key_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    ordinal = table.Column<int>(type: "INTEGER", nullable: false),
                    title = table.Column<string>(type: "TEXT", nullable: true),
                    description = table.Column<string>(type: "TEXT", nullable: true),
                    definition = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_server_tools", x => x.id);
                    table.ForeignKey(
                        name: "fk_server_tools_server",
                        columns: x => new { x.tenant_id, x.server_id },
                        principalTable: "mcp_servers",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ux_api_keys_lookup_id",
                table: "api_keys",
                column: "lookup_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ux_api_keys_name",
                table: "api_keys",
                columns: new[] { "tenant_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ux_mcp_servers_alias",
                table: "mcp_servers",
                columns: new[] { "tenant_id", "alias" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ux_mcp_servers_name",
                table: "mcp_servers",
                columns: new[] { "tenant_id", "name_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_server_endpoints_server",
                table: "server_endpoints",
                columns: new[] { "tenant_id", "server_id" });

            migrationBuilder.CreateIndex(
                name: "ux_server_prompts_key",
                table: "server_prompts",
                columns: new[] { "tenant_id", "server_id", "key_hash" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ux_server_resource_templates_key",
                table: "server_resource_templates",
                columns: new[] { "tenant_id", "server_id", "key_hash" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ux_server_resources_key",
                table: "server_resources",
                columns: new[] { "tenant_id", "server_id", "key_hash" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ux_server_tools_key",
                table: "server_tools",
                columns: new[] { "tenant_id", "server_id", "key_hash" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "api_keys");

            migrationBuilder.DropTable(
                name: "registry_revisions");

            migrationBuilder.DropTable(
                name: "server_discoveries");

            migrationBuilder.DropTable(
                name: "server_endpoints");

            migrationBuilder.DropTable(
                name: "server_prompts");

            migrationBuilder.DropTable(
                name: "server_resource_templates");

            migrationBuilder.DropTable(
                name: "server_resources");

            migrationBuilder.DropTable(
                name: "server_tools");

            migrationBuilder.DropTable(
                name: "mcp_servers");
        }
    }
}
