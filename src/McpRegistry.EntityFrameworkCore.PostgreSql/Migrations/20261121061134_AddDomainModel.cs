using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Migrations
{
    /// <inheritdoc />
    internal sealed partial class AddDomainModel : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AlterDatabase()
                .Annotation("Npgsql:PostgresExtension:pg_trgm", ",,");

            migrationBuilder.AddColumn<double>(
                name: "avg_execution_time",
                table: "server_tools",
                type: "double precision",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "error_count",
                table: "server_tools",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "last_used_at",
                table: "server_tools",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "success_count",
                table: "server_tools",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "total_calls",
                table: "server_tools",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<double>(
                name: "avg_execution_time",
                table: "server_resources",
                type: "double precision",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "error_count",
                table: "server_resources",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "last_used_at",
                table: "server_resources",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "success_count",
                table: "server_resources",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "total_calls",
                table: "server_resources",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<double>(
                name: "avg_execution_time",
                table: "server_resource_templates",
                type: "double precision",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "error_count",
                table: "server_resource_templates",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "last_used_at",
                table: "server_resource_templates",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "success_count",
                table: "server_resource_templates",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "total_calls",
                table: "server_resource_templates",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<double>(
                name: "avg_execution_time",
                table: "server_prompts",
                type: "double precision",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "error_count",
                table: "server_prompts",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "last_used_at",
                table: "server_prompts",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "success_count",
                table: "server_prompts",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "total_calls",
                table: "server_prompts",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<int>(
                name: "active_connections",
                table: "mcp_servers",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "avg_response_time",
                table: "mcp_servers",
                type: "double precision",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "error_count",
                table: "mcp_servers",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<int>(
                name: "health_rank",
                table: "mcp_servers",
                type: "integer",
                nullable: false,
                defaultValue: 2);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "last_used_at",
                table: "mcp_servers",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "owner_id",
                table: "mcp_servers",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "request_count",
                table: "mcp_servers",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<double>(
                name: "response_order",
                table: "mcp_servers",
                type: "double precision",
                nullable: false,
                defaultValue: 1e300);

            migrationBuilder.AddColumn<double>(
                name: "success_rate",
                table: "mcp_servers",
                type: "double precision",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "description_key",
                table: "mcp_servers",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "visibility",
                table: "mcp_servers",
                type: "text",
                nullable: false,
                defaultValue: "tenant");

            migrationBuilder.AddColumn<string>(
                name: "allowed_methods",
                table: "api_keys",
                type: "jsonb",
                nullable: false,
                defaultValue: "[]");

            migrationBuilder.AddColumn<string>(
                name: "allowed_servers",
                table: "api_keys",
                type: "jsonb",
                nullable: false,
                defaultValue: "[]");

            migrationBuilder.AddColumn<string>(
                name: "description",
                table: "api_keys",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "failed_attempts",
                table: "api_keys",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "ip_whitelist",
                table: "api_keys",
                type: "jsonb",
                nullable: false,
                defaultValue: "[]");

            migrationBuilder.AddColumn<bool>(
                name: "is_active",
                table: "api_keys",
                type: "boolean",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "last_error",
                table: "api_keys",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "last_failed_attempt",
                table: "api_keys",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "last_success",
                table: "api_keys",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "last_used",
                table: "api_keys",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "locked_until",
                table: "api_keys",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "rate_limit_per_day",
                table: "api_keys",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "rate_limit_per_hour",
                table: "api_keys",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "revoked_reason",
                table: "api_keys",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "rotated_from",
                table: "api_keys",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "total_errors",
                table: "api_keys",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "total_requests",
                table: "api_keys",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<Guid>(
                name: "user_id",
                table: "api_keys",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "audit_events",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    source = table.Column<string>(type: "text", nullable: false),
                    occurred_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    actor_kind = table.Column<string>(type: "text", nullable: false),
                    actor_name = table.Column<string>(type: "text", nullable: true),
                    user_id = table.Column<Guid>(type: "uuid", nullable: true),
                    api_key_id = table.Column<Guid>(type: "uuid", nullable: true),
                    roles = table.Column<string>(type: "jsonb", nullable: false),
                    action = table.Column<string>(type: "text", nullable: false),
                    resource_type = table.Column<string>(type: "text", nullable: false),
                    resource_id = table.Column<string>(type: "text", nullable: true),
                    resource_name = table.Column<string>(type: "text", nullable: true),
                    success = table.Column<bool>(type: "boolean", nullable: false),
                    error_code = table.Column<int>(type: "integer", nullable: true),
                    error_message = table.Column<string>(type: "text", nullable: true),
                    method = table.Column<string>(type: "text", nullable: true),
                    jsonrpc_version = table.Column<string>(type: "text", nullable: true),
                    request_id = table.Column<string>(type: "text", nullable: true),
                    trace_id = table.Column<string>(type: "text", nullable: true),
                    session_id = table.Column<string>(type: "text", nullable: true),
                    ip_address = table.Column<string>(type: "text", nullable: true),
                    user_agent = table.Column<string>(type: "text", nullable: true),
                    duration_ms = table.Column<double>(type: "double precision", nullable: true),
                    details = table.Column<string>(type: "jsonb", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_events", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "circuit_breakers",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    server_id = table.Column<Guid>(type: "uuid", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: true),
                    failure_count = table.Column<int>(type: "integer", nullable: false),
                    success_count = table.Column<int>(type: "integer", nullable: false),
                    failure_threshold = table.Column<int>(type: "integer", nullable: false),
                    success_threshold = table.Column<int>(type: "integer", nullable: false),
                    timeout_ms = table.Column<long>(type: "bigint", nullable: false),
                    last_failure_time = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_success_time = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_state_change = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    next_attempt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    total_requests = table.Column<long>(type: "bigint", nullable: false),
                    total_failures = table.Column<long>(type: "bigint", nullable: false),
                    total_timeouts = table.Column<long>(type: "bigint", nullable: false),
                    instance = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_circuit_breakers", x => x.id);
                    table.ForeignKey(
                        name: "fk_circuit_breakers_server",
                        columns: x => new { x.tenant_id, x.server_id },
                        principalTable: "mcp_servers",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "connection_pools",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    server_id = table.Column<Guid>(type: "uuid", nullable: false),
                    endpoint_id = table.Column<Guid>(type: "uuid", nullable: false),
                    instance = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    transport_type = table.Column<string>(type: "text", nullable: false),
                    max_size = table.Column<int>(type: "integer", nullable: false),
                    min_size = table.Column<int>(type: "integer", nullable: false),
                    timeout_ms = table.Column<long>(type: "bigint", nullable: false),
                    idle_timeout_ms = table.Column<long>(type: "bigint", nullable: false),
                    active_connections = table.Column<int>(type: "integer", nullable: false),
                    idle_connections = table.Column<int>(type: "integer", nullable: false),
                    pending_requests = table.Column<int>(type: "integer", nullable: false),
                    is_healthy = table.Column<bool>(type: "boolean", nullable: false),
                    last_health_check = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    total_connections_created = table.Column<long>(type: "bigint", nullable: false),
                    total_connections_closed = table.Column<long>(type: "bigint", nullable: false),
                    connection_errors = table.Column<long>(type: "bigint", nullable: false),
                    avg_connection_time_ms = table.Column<double>(type: "double precision", nullable: true),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_connection_pools", x => x.id);
                    table.ForeignKey(
                        name: "fk_connection_pools_server",
                        columns: x => new { x.tenant_id, x.server_id },
                        principalTable: "mcp_servers",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "data_retention_policies",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    description = table.Column<string>(type: "text", nullable: true),
                    table_name = table.Column<string>(type: "text", nullable: false),
                    date_column = table.Column<string>(type: "text", nullable: false),
                    retention_days = table.Column<int>(type: "integer", nullable: false),
                    batch_size = table.Column<int>(type: "integer", nullable: false),
                    conditions = table.Column<string>(type: "jsonb", nullable: false),
                    is_active = table.Column<bool>(type: "boolean", nullable: false),
                    last_run = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    next_run = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    total_deleted = table.Column<long>(type: "bigint", nullable: false),
                    last_deleted_count = table.Column<long>(type: "bigint", nullable: false),
                    avg_execution_time_ms = table.Column<double>(type: "double precision", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_data_retention_policies", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "gateway_sessions",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: true),
                    api_key_id = table.Column<Guid>(type: "uuid", nullable: true),
                    session_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    principal = table.Column<string>(type: "text", nullable: false),
                    protocol_version = table.Column<string>(type: "text", nullable: true),
                    client_name = table.Column<string>(type: "text", nullable: true),
                    client_version = table.Column<string>(type: "text", nullable: true),
                    ip_address = table.Column<string>(type: "text", nullable: true),
                    user_agent = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_activity = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    is_active = table.Column<bool>(type: "boolean", nullable: false),
                    revoked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    revoked_reason = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_gateway_sessions", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "materialized_views",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    description = table.Column<string>(type: "text", nullable: true),
                    query = table.Column<string>(type: "text", nullable: false),
                    indexes = table.Column<string>(type: "jsonb", nullable: false),
                    refresh_strategy = table.Column<string>(type: "text", nullable: false),
                    refresh_interval_minutes = table.Column<int>(type: "integer", nullable: true),
                    refresh_triggers = table.Column<string>(type: "jsonb", nullable: false),
                    is_active = table.Column<bool>(type: "boolean", nullable: false),
                    last_refreshed = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    next_refresh = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    refresh_count = table.Column<long>(type: "bigint", nullable: false),
                    avg_refresh_time_ms = table.Column<double>(type: "double precision", nullable: true),
                    row_count = table.Column<long>(type: "bigint", nullable: true),
                    size_bytes = table.Column<long>(type: "bigint", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_materialized_views", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "performance_alerts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    name_key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    description = table.Column<string>(type: "text", nullable: true),
                    server_id = table.Column<Guid>(type: "uuid", nullable: true),
                    metric_name = table.Column<string>(type: "text", nullable: false),
                    threshold_value = table.Column<double>(type: "double precision", nullable: false),
                    comparison_operator = table.Column<string>(type: "text", nullable: false),
                    duration_minutes = table.Column<int>(type: "integer", nullable: false),
                    is_active = table.Column<bool>(type: "boolean", nullable: false),
                    is_triggered = table.Column<bool>(type: "boolean", nullable: false),
                    first_triggered = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_triggered = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    trigger_count = table.Column<long>(type: "bigint", nullable: false),
                    notification_channels = table.Column<string>(type: "jsonb", nullable: false),
                    cooldown_minutes = table.Column<int>(type: "integer", nullable: false),
                    last_notification = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_performance_alerts", x => x.id);
                    table.ForeignKey(
                        name: "fk_performance_alerts_server",
                        column: x => x.server_id,
                        principalTable: "mcp_servers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "request_logs",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: true),
                    api_key_id = table.Column<Guid>(type: "uuid", nullable: true),
                    request_id = table.Column<string>(type: "text", nullable: true),
                    trace_id = table.Column<string>(type: "text", nullable: true),
                    ip_address = table.Column<string>(type: "text", nullable: true),
                    method = table.Column<string>(type: "text", nullable: false),
                    path = table.Column<string>(type: "text", nullable: false),
                    mcp_method = table.Column<string>(type: "text", nullable: true),
                    target_name = table.Column<string>(type: "text", nullable: true),
                    target_server_id = table.Column<Guid>(type: "uuid", nullable: true),
                    target_endpoint_id = table.Column<Guid>(type: "uuid", nullable: true),
                    request_time = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    duration_ms = table.Column<double>(type: "double precision", nullable: true),
                    status_code = table.Column<int>(type: "integer", nullable: true),
                    request_size_bytes = table.Column<long>(type: "bigint", nullable: true),
                    response_size_bytes = table.Column<long>(type: "bigint", nullable: true),
                    error_type = table.Column<string>(type: "text", nullable: true),
                    error_message = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_request_logs", x => x.id);
                    table.ForeignKey(
                        name: "fk_request_logs_server",
                        column: x => x.target_server_id,
                        principalTable: "mcp_servers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.CreateTable(
                name: "request_queues",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    server_id = table.Column<Guid>(type: "uuid", nullable: false),
                    instance = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    max_size = table.Column<int>(type: "integer", nullable: false),
                    processing_timeout_ms = table.Column<long>(type: "bigint", nullable: false),
                    priority_levels = table.Column<int>(type: "integer", nullable: false),
                    current_size = table.Column<int>(type: "integer", nullable: false),
                    processing_count = table.Column<int>(type: "integer", nullable: false),
                    is_accepting_requests = table.Column<bool>(type: "boolean", nullable: false),
                    last_processed = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    total_enqueued = table.Column<long>(type: "bigint", nullable: false),
                    total_processed = table.Column<long>(type: "bigint", nullable: false),
                    total_timeouts = table.Column<long>(type: "bigint", nullable: false),
                    total_errors = table.Column<long>(type: "bigint", nullable: false),
                    avg_processing_time_ms = table.Column<double>(type: "double precision", nullable: true),
                    avg_wait_time_ms = table.Column<double>(type: "double precision", nullable: true),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_request_queues", x => x.id);
                    table.ForeignKey(
                        name: "fk_request_queues_server",
                        columns: x => new { x.tenant_id, x.server_id },
                        principalTable: "mcp_servers",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "routing_rules",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    name_key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    description = table.Column<string>(type: "text", nullable: true),
                    priority = table.Column<int>(type: "integer", nullable: false),
                    is_active = table.Column<bool>(type: "boolean", nullable: false),
                    conditions = table.Column<string>(type: "jsonb", nullable: false),
                    targets = table.Column<string>(type: "jsonb", nullable: false),
                    load_balancing_policy = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_routing_rules", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "server_health_checks",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    server_id = table.Column<Guid>(type: "uuid", nullable: false),
                    endpoint_id = table.Column<Guid>(type: "uuid", nullable: true),
                    checked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    outcome = table.Column<string>(type: "text", nullable: false),
                    response_time_ms = table.Column<double>(type: "double precision", nullable: true),
                    error_message = table.Column<string>(type: "text", nullable: true),
                    instance = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_server_health_checks", x => x.id);
                    table.ForeignKey(
                        name: "fk_server_health_checks_server",
                        columns: x => new { x.tenant_id, x.server_id },
                        principalTable: "mcp_servers",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "server_metrics",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    server_id = table.Column<Guid>(type: "uuid", nullable: false),
                    timestamp = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    interval_ms = table.Column<long>(type: "bigint", nullable: false),
                    request_count = table.Column<long>(type: "bigint", nullable: false),
                    error_count = table.Column<long>(type: "bigint", nullable: false),
                    response_time_ms = table.Column<double>(type: "double precision", nullable: true),
                    requests_per_second = table.Column<double>(type: "double precision", nullable: true),
                    error_rate = table.Column<double>(type: "double precision", nullable: true),
                    cpu_usage = table.Column<double>(type: "double precision", nullable: true),
                    memory_usage_mb = table.Column<double>(type: "double precision", nullable: true),
                    active_connections = table.Column<int>(type: "integer", nullable: true),
                    connection_pool_size = table.Column<int>(type: "integer", nullable: true),
                    custom_metrics = table.Column<string>(type: "jsonb", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_server_metrics", x => x.id);
                    table.ForeignKey(
                        name: "fk_server_metrics_server",
                        columns: x => new { x.tenant_id, x.server_id },
                        principalTable: "mcp_servers",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "server_tags",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    server_id = table.Column<Guid>(type: "uuid", nullable: false),
                    tag = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_server_tags", x => new { x.tenant_id, x.server_id, x.tag });
                    table.ForeignKey(
                        name: "fk_server_tags_server",
                        columns: x => new { x.tenant_id, x.server_id },
                        principalTable: "mcp_servers",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "system_configs",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    value = table.Column<string>(type: "jsonb", nullable: false),
                    description = table.Column<string>(type: "text", nullable: true),
                    category = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    is_sensitive = table.Column<bool>(type: "boolean", nullable: false),
                    is_runtime_configurable = table.Column<bool>(type: "boolean", nullable: false),
                    updated_by = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_system_configs", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "tenants",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    slug = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false),
                    description = table.Column<string>(type: "text", nullable: true),
                    status = table.Column<string>(type: "text", nullable: false),
                    max_servers = table.Column<int>(type: "integer", nullable: true),
                    max_api_keys = table.Column<int>(type: "integer", nullable: true),
                    settings = table.Column<string>(type: "jsonb", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tenants", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "users",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    username = table.Column<string>(type: "text", nullable: false),
                    username_key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    email = table.Column<string>(type: "text", nullable: false),
                    email_key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    full_name = table.Column<string>(type: "text", nullable: true),
                    role = table.Column<string>(type: "text", nullable: false),
                    is_active = table.Column<bool>(type: "boolean", nullable: false),
                    auth_provider = table.Column<string>(type: "text", nullable: true),
                    auth_provider_id = table.Column<string>(type: "text", nullable: true),
                    metadata = table.Column<string>(type: "jsonb", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_users", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "server_access_control",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    server_id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: true),
                    subject_tenant_id = table.Column<Guid>(type: "uuid", nullable: true),
                    api_key_id = table.Column<Guid>(type: "uuid", nullable: true),
                    can_read = table.Column<bool>(type: "boolean", nullable: false),
                    can_write = table.Column<bool>(type: "boolean", nullable: false),
                    can_admin = table.Column<bool>(type: "boolean", nullable: false),
                    can_proxy = table.Column<bool>(type: "boolean", nullable: false),
                    allowed_methods = table.Column<string>(type: "jsonb", nullable: false),
                    denied_methods = table.Column<string>(type: "jsonb", nullable: false),
                    allowed_days = table.Column<string>(type: "jsonb", nullable: false),
                    allowed_hours = table.Column<string>(type: "jsonb", nullable: false),
                    time_zone = table.Column<string>(type: "text", nullable: true),
                    access_start_time = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    access_end_time = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    is_active = table.Column<bool>(type: "boolean", nullable: false),
                    last_access = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    access_count = table.Column<long>(type: "bigint", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_server_access_control", x => x.id);
                    table.ForeignKey(
                        name: "fk_server_access_control_api_key",
                        column: x => x.api_key_id,
                        principalTable: "api_keys",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_server_access_control_server",
                        column: x => x.server_id,
                        principalTable: "mcp_servers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_server_access_control_user",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "idx_audit_logs_action_resource",
                table: "audit_events",
                columns: new[] { "action", "resource_type", "resource_id" });

            migrationBuilder.CreateIndex(
                name: "idx_audit_logs_tenant_time",
                table: "audit_events",
                columns: new[] { "tenant_id", "occurred_at" },
                descending: new[] { false, true });

            migrationBuilder.CreateIndex(
                name: "idx_audit_logs_user_success",
                table: "audit_events",
                columns: new[] { "user_id", "success", "occurred_at" },
                descending: new[] { false, false, true },
                filter: "user_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "idx_fastmcp_audit_method_success",
                table: "audit_events",
                columns: new[] { "method", "success", "occurred_at" },
                filter: "source = 'mcp'");

            migrationBuilder.CreateIndex(
                name: "idx_fastmcp_audit_tenant_performance",
                table: "audit_events",
                columns: new[] { "tenant_id", "duration_ms", "occurred_at" },
                filter: "source = 'mcp'");

            migrationBuilder.CreateIndex(
                name: "idx_fastmcp_audit_user_time",
                table: "audit_events",
                columns: new[] { "user_id", "occurred_at" },
                descending: new[] { false, true },
                filter: "source = 'mcp'");

            migrationBuilder.CreateIndex(
                name: "idx_security_access_composite",
                table: "audit_events",
                columns: new[] { "user_id", "action", "resource_type", "success", "occurred_at" },
                descending: new[] { false, false, false, false, true });

            migrationBuilder.CreateIndex(
                name: "idx_circuit_breakers_state",
                table: "circuit_breakers",
                columns: new[] { "state", "last_state_change" },
                filter: "state <> 'closed'");

            migrationBuilder.CreateIndex(
                name: "ix_circuit_breakers_server",
                table: "circuit_breakers",
                columns: new[] { "tenant_id", "server_id" });

            migrationBuilder.CreateIndex(
                name: "ux_connection_pools_endpoint",
                table: "connection_pools",
                columns: new[] { "tenant_id", "server_id", "endpoint_id", "instance" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ux_data_retention_policies_name",
                table: "data_retention_policies",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "idx_sessions_activity_time",
                table: "gateway_sessions",
                column: "last_activity",
                descending: new bool[0],
                filter: "is_active");

            migrationBuilder.CreateIndex(
                name: "idx_sessions_user_active",
                table: "gateway_sessions",
                columns: new[] { "user_id", "is_active", "expires_at" },
                filter: "revoked_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ux_gateway_sessions_hash",
                table: "gateway_sessions",
                columns: new[] { "tenant_id", "session_hash" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ux_materialized_views_name",
                table: "materialized_views",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_performance_alerts_server",
                table: "performance_alerts",
                column: "server_id");

            migrationBuilder.CreateIndex(
                name: "ux_performance_alerts_name",
                table: "performance_alerts",
                columns: new[] { "tenant_id", "name_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "idx_request_logs_ip_path",
                table: "request_logs",
                columns: new[] { "ip_address", "path" },
                filter: "ip_address IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "idx_request_logs_server_performance",
                table: "request_logs",
                columns: new[] { "target_server_id", "duration_ms", "status_code" },
                filter: "target_server_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "idx_request_logs_tenant_time",
                table: "request_logs",
                columns: new[] { "tenant_id", "request_time" },
                descending: new[] { false, true });

            migrationBuilder.CreateIndex(
                name: "idx_request_routing_composite",
                table: "request_logs",
                columns: new[] { "path", "method", "target_server_id", "duration_ms", "request_time" },
                descending: new[] { false, false, false, false, true },
                filter: "status_code < 400");

            migrationBuilder.CreateIndex(
                name: "ux_request_queues_server",
                table: "request_queues",
                columns: new[] { "tenant_id", "server_id", "instance" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "idx_routing_rules_tenant_active",
                table: "routing_rules",
                columns: new[] { "tenant_id", "is_active", "priority" });

            migrationBuilder.CreateIndex(
                name: "ux_routing_rules_name",
                table: "routing_rules",
                columns: new[] { "tenant_id", "name_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "idx_server_access_subject",
                table: "server_access_control",
                columns: new[] { "server_id", "user_id", "subject_tenant_id", "api_key_id" },
                filter: "is_active");

            migrationBuilder.CreateIndex(
                name: "ix_server_access_control_api_key",
                table: "server_access_control",
                column: "api_key_id");

            migrationBuilder.CreateIndex(
                name: "ix_server_access_control_server",
                table: "server_access_control",
                column: "server_id");

            migrationBuilder.CreateIndex(
                name: "ix_server_access_control_tenant",
                table: "server_access_control",
                column: "tenant_id");

            migrationBuilder.CreateIndex(
                name: "ix_server_access_control_user",
                table: "server_access_control",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "ix_server_health_checks_server_time",
                table: "server_health_checks",
                columns: new[] { "tenant_id", "server_id", "checked_at" },
                descending: new[] { false, false, true });

            migrationBuilder.CreateIndex(
                name: "idx_server_metrics_performance",
                table: "server_metrics",
                columns: new[] { "response_time_ms", "error_rate", "timestamp" },
                descending: new[] { false, false, true },
                filter: "response_time_ms IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "idx_server_metrics_server_time",
                table: "server_metrics",
                columns: new[] { "server_id", "timestamp" },
                descending: new[] { false, true });

            migrationBuilder.CreateIndex(
                name: "ix_server_metrics_server",
                table: "server_metrics",
                columns: new[] { "tenant_id", "server_id" });

            migrationBuilder.CreateIndex(
                name: "ix_server_tags_tag",
                table: "server_tags",
                columns: new[] { "tag", "tenant_id", "server_id" });

            migrationBuilder.CreateIndex(
                name: "idx_system_configs_category_tenant",
                table: "system_configs",
                columns: new[] { "category", "tenant_id" });

            migrationBuilder.CreateIndex(
                name: "idx_system_configs_key_tenant",
                table: "system_configs",
                columns: new[] { "key", "tenant_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ux_tenants_slug",
                table: "tenants",
                column: "slug",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "idx_users_auth_provider",
                table: "users",
                columns: new[] { "auth_provider", "auth_provider_id" },
                filter: "auth_provider IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "idx_users_tenant_role",
                table: "users",
                columns: new[] { "tenant_id", "role", "is_active" });

            migrationBuilder.CreateIndex(
                name: "ux_users_email",
                table: "users",
                columns: new[] { "tenant_id", "email_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ux_users_external",
                table: "users",
                columns: new[] { "tenant_id", "auth_provider", "auth_provider_id" },
                unique: true,
                filter: "auth_provider IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ux_users_username",
                table: "users",
                columns: new[] { "tenant_id", "username_key" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "audit_events");

            migrationBuilder.DropTable(
                name: "circuit_breakers");

            migrationBuilder.DropTable(
                name: "connection_pools");

            migrationBuilder.DropTable(
                name: "data_retention_policies");

            migrationBuilder.DropTable(
                name: "gateway_sessions");

            migrationBuilder.DropTable(
                name: "materialized_views");

            migrationBuilder.DropTable(
                name: "performance_alerts");

            migrationBuilder.DropTable(
                name: "request_logs");

            migrationBuilder.DropTable(
                name: "request_queues");

            migrationBuilder.DropTable(
                name: "routing_rules");

            migrationBuilder.DropTable(
                name: "server_access_control");

            migrationBuilder.DropTable(
                name: "server_health_checks");

            migrationBuilder.DropTable(
                name: "server_metrics");

            migrationBuilder.DropTable(
                name: "server_tags");

            migrationBuilder.DropTable(
                name: "system_configs");

            migrationBuilder.DropTable(
                name: "tenants");

            migrationBuilder.DropTable(
                name: "users");

            migrationBuilder.DropColumn(
                name: "avg_execution_time",
                table: "server_tools");

            migrationBuilder.DropColumn(
                name: "error_count",
                table: "server_tools");

            migrationBuilder.DropColumn(
                name: "last_used_at",
                table: "server_tools");

            migrationBuilder.DropColumn(
                name: "success_count",
                table: "server_tools");

            migrationBuilder.DropColumn(
                name: "total_calls",
                table: "server_tools");

            migrationBuilder.DropColumn(
                name: "avg_execution_time",
                table: "server_resources");

            migrationBuilder.DropColumn(
                name: "error_count",
                table: "server_resources");

            migrationBuilder.DropColumn(
                name: "last_used_at",
                table: "server_resources");

            migrationBuilder.DropColumn(
                name: "success_count",
                table: "server_resources");

            migrationBuilder.DropColumn(
                name: "total_calls",
                table: "server_resources");

            migrationBuilder.DropColumn(
                name: "avg_execution_time",
                table: "server_resource_templates");

            migrationBuilder.DropColumn(
                name: "error_count",
                table: "server_resource_templates");

            migrationBuilder.DropColumn(
                name: "last_used_at",
                table: "server_resource_templates");

            migrationBuilder.DropColumn(
                name: "success_count",
                table: "server_resource_templates");

            migrationBuilder.DropColumn(
                name: "total_calls",
                table: "server_resource_templates");

            migrationBuilder.DropColumn(
                name: "avg_execution_time",
                table: "server_prompts");

            migrationBuilder.DropColumn(
                name: "error_count",
                table: "server_prompts");

            migrationBuilder.DropColumn(
                name: "last_used_at",
                table: "server_prompts");

            migrationBuilder.DropColumn(
                name: "success_count",
                table: "server_prompts");

            migrationBuilder.DropColumn(
                name: "total_calls",
                table: "server_prompts");

            migrationBuilder.DropColumn(
                name: "active_connections",
                table: "mcp_servers");

            migrationBuilder.DropColumn(
                name: "avg_response_time",
                table: "mcp_servers");

            migrationBuilder.DropColumn(
                name: "error_count",
                table: "mcp_servers");

            migrationBuilder.DropColumn(
                name: "health_rank",
                table: "mcp_servers");

            migrationBuilder.DropColumn(
                name: "last_used_at",
                table: "mcp_servers");

            migrationBuilder.DropColumn(
                name: "owner_id",
                table: "mcp_servers");

            migrationBuilder.DropColumn(
                name: "request_count",
                table: "mcp_servers");

            migrationBuilder.DropColumn(
                name: "response_order",
                table: "mcp_servers");

            migrationBuilder.DropColumn(
                name: "success_rate",
                table: "mcp_servers");

            migrationBuilder.DropColumn(
                name: "visibility",
                table: "mcp_servers");

            migrationBuilder.DropColumn(
                name: "description_key",
                table: "mcp_servers");

            migrationBuilder.DropColumn(
                name: "allowed_methods",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "allowed_servers",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "description",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "failed_attempts",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "ip_whitelist",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "is_active",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "last_error",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "last_failed_attempt",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "last_success",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "last_used",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "locked_until",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "rate_limit_per_day",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "rate_limit_per_hour",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "revoked_reason",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "rotated_from",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "total_errors",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "total_requests",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "user_id",
                table: "api_keys");

            migrationBuilder.AlterDatabase()
                .OldAnnotation("Npgsql:PostgresExtension:pg_trgm", ",,");
        }
    }
}
