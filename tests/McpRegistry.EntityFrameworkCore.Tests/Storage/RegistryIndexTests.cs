using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.TestSupport.Processes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

public sealed class RegistryIndexTests(SqliteStorage sqlite, PostgreSqlStorage postgres)
    : IClassFixture<SqliteStorage>, IClassFixture<PostgreSqlStorage>
{
    private const string Definitions =
        """
        SELECT c.relname || ' ' || regexp_replace(pg_get_indexdef(i.indexrelid), '^.* ON [a-z_]+\.', '') AS "Value"
        FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
        WHERE c.relname LIKE 'idx\_%' AND i.indisvalid AND c.relnamespace = 'public'::regnamespace
        """;

    /// <summary>What the specification fixes, in PostgreSQL's words; keys over upstream text are hashes, because it may be too long.</summary>
    private static readonly string[] Expected =
    [
        "idx_mcp_servers_tenant_status mcp_servers USING btree (tenant_id, health_status)",
        "idx_mcp_servers_endpoint_transport server_endpoints USING hash (endpoint_url)",
        "idx_mcp_servers_health_check_time mcp_servers USING btree (last_health_check) WHERE (last_health_check IS NOT NULL)",
        "idx_mcp_servers_performance mcp_servers USING btree (health_status, avg_response_time, success_rate) WHERE enabled",
        "idx_server_tools_name_server server_tools USING btree (key_hash, tenant_id, server_id)",
        "idx_server_tools_usage_stats server_tools USING btree (total_calls, success_count) WHERE (total_calls > 0)",
        "idx_server_resources_uri_server server_resources USING gin (uri_template gin_trgm_ops)",
        "idx_server_resources_mime_type server_resources USING hash (mime_type) WHERE (mime_type IS NOT NULL)",
        "idx_server_metrics_server_time server_metrics USING btree (server_id, \"timestamp\" DESC)",
        "idx_server_metrics_performance server_metrics USING btree (response_time_ms, error_rate, \"timestamp\" DESC) WHERE (response_time_ms IS NOT NULL)",
        "idx_users_tenant_role users USING btree (tenant_id, role, is_active)",
        "idx_users_auth_provider users USING btree (auth_provider, auth_provider_id) WHERE (auth_provider IS NOT NULL)",
        "idx_sessions_user_active gateway_sessions USING btree (user_id, is_active, expires_at) WHERE (revoked_at IS NULL)",
        "idx_sessions_activity_time gateway_sessions USING btree (last_activity DESC) WHERE is_active",
        "idx_api_keys_tenant_active api_keys USING btree (tenant_id, is_active)",
        "idx_api_keys_expiration api_keys USING btree (expires_at) WHERE (is_active AND (expires_at IS NOT NULL))",
        "idx_api_keys_usage api_keys USING btree (last_used, total_requests) WHERE is_active",
        "idx_audit_logs_tenant_time audit_events USING btree (tenant_id, occurred_at DESC)",
        "idx_audit_logs_action_resource audit_events USING btree (action, resource_type, resource_id)",
        "idx_audit_logs_user_success audit_events USING btree (user_id, success, occurred_at DESC) WHERE (user_id IS NOT NULL)",
        "idx_request_logs_tenant_time request_logs USING btree (tenant_id, request_time DESC)",
        "idx_request_logs_server_performance request_logs USING btree (target_server_id, duration_ms, status_code) WHERE (target_server_id IS NOT NULL)",
        "idx_request_logs_ip_path request_logs USING btree (ip_address, path) WHERE (ip_address IS NOT NULL)",
        "idx_fastmcp_audit_user_time audit_events USING btree (user_id, occurred_at DESC) WHERE (source = 'mcp'::text)",
        "idx_fastmcp_audit_method_success audit_events USING btree (method, success, occurred_at) WHERE (source = 'mcp'::text)",
        "idx_fastmcp_audit_tenant_performance audit_events USING btree (tenant_id, duration_ms, occurred_at) WHERE (source = 'mcp'::text)",
        "idx_routing_rules_tenant_active routing_rules USING btree (tenant_id, is_active, priority)",
        "idx_system_configs_category_tenant system_configs USING btree (category, tenant_id)",
        "idx_servers_discovery_composite mcp_servers USING btree (tenant_id, health_rank, response_order, name_key, id, enabled, visibility, owner_id)",
        "idx_tools_discovery_performance server_tools USING btree (key_hash, success_count, avg_execution_time, server_id) WHERE (total_calls > 0)",
        "idx_request_routing_composite request_logs USING btree (path, method, target_server_id, duration_ms, request_time DESC) WHERE (status_code < 400)",
        "idx_security_access_composite audit_events USING btree (user_id, action, resource_type, success, occurred_at DESC)",
        "idx_tenant_utilization_composite request_logs USING btree (tenant_id, (((request_time AT TIME ZONE 'UTC'::text))::date), status_code)",
        "idx_api_keys_hash_active api_keys USING btree (key_hash, is_active)",
        "idx_api_keys_user_enabled api_keys USING btree (user_id) WHERE is_active",
        "idx_system_configs_key_tenant system_configs USING btree (key, tenant_id)",
        "idx_circuit_breakers_state circuit_breakers USING btree (state, last_state_change) WHERE (state <> 'closed'::text)",
        "idx_server_access_subject server_access_control USING btree (server_id, user_id, subject_tenant_id, api_key_id) WHERE is_active",
    ];

    [Fact]
    public async Task PostgreSql_Indexes_AreThe38ByNameColumnsAndPredicate()
    {
        var found = await ReadAsync(postgres.Services, Definitions);

        Assert.Equal(38, RegistryIndexes.All.Length);
        Assert.Equal(
            RegistryIndexes.All.Select(index => index.Name).Order(StringComparer.Ordinal),
            found.Select(line => line.Split(' ')[0]).Order(StringComparer.Ordinal));
        Assert.Equal(Expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Sqlite_Indexes_AreThe38ByNameAndTable()
    {
        var found = await ReadAsync(
            sqlite.Services,
            """SELECT name || ' ' || tbl_name AS "Value" FROM sqlite_master WHERE type = 'index' AND name LIKE 'idx~_%' ESCAPE '~'""");

        Assert.Equal(
            RegistryIndexes.All.Select(index => $"{index.Name} {index.Table}").Order(StringComparer.Ordinal),
            found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Documentation_TableOfIndexes_IsTheList()
    {
        var lines = await File.ReadAllLinesAsync(RepositoryPaths.At("docs", "storage.md"), TestContext.Current.CancellationToken);

        Assert.Equal(
            RegistryIndexes.All.Select(index => $"| `{index.Name}` | `{index.Table}` |"),
            lines.Where(line => line.StartsWith("| `idx_", StringComparison.Ordinal)));
    }

    private static async Task<List<string>> ReadAsync(IServiceProvider services, string sql)
    {
        await using var context = await services.GetRequiredService<RegistryDatabase>().OpenAsync(TestContext.Current.CancellationToken);
        return await context.Database.SqlQueryRaw<string>(sql).ToListAsync(TestContext.Current.CancellationToken);
    }
}
