using System.Collections.Immutable;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>The indexes by name. Which columns each has is said in the configuration of its entity.</summary>
internal static class RegistryIndexes
{
    /// <summary>The one over an expression, which no model can hold: each provider's migration makes it.</summary>
    public const string TenantUtilization = "idx_tenant_utilization_composite";

    public static ImmutableArray<RegistryIndex> All { get; } =
    [
        new("idx_mcp_servers_tenant_status", "mcp_servers"),
        new("idx_mcp_servers_endpoint_transport", "server_endpoints"),
        new("idx_mcp_servers_health_check_time", "mcp_servers"),
        new("idx_mcp_servers_performance", "mcp_servers"),
        new("idx_server_tools_name_server", "server_tools"),
        new("idx_server_tools_usage_stats", "server_tools"),
        new("idx_server_resources_uri_server", "server_resources"),
        new("idx_server_resources_mime_type", "server_resources"),
        new("idx_server_metrics_server_time", "server_metrics"),
        new("idx_server_metrics_performance", "server_metrics"),
        new("idx_users_tenant_role", "users"),
        new("idx_users_auth_provider", "users"),
        new("idx_sessions_user_active", "gateway_sessions"),
        new("idx_sessions_activity_time", "gateway_sessions"),
        new("idx_api_keys_tenant_active", "api_keys"),
        new("idx_api_keys_expiration", "api_keys"),
        new("idx_api_keys_usage", "api_keys"),
        new("idx_audit_logs_tenant_time", "audit_events"),
        new("idx_audit_logs_action_resource", "audit_events"),
        new("idx_audit_logs_user_success", "audit_events"),
        new("idx_request_logs_tenant_time", "request_logs"),
        new("idx_request_logs_server_performance", "request_logs"),
        new("idx_request_logs_ip_path", "request_logs"),
        new("idx_fastmcp_audit_user_time", "audit_events"),
        new("idx_fastmcp_audit_method_success", "audit_events"),
        new("idx_fastmcp_audit_tenant_performance", "audit_events"),
        new("idx_routing_rules_tenant_active", "routing_rules"),
        new("idx_system_configs_category_tenant", "system_configs"),
        new("idx_servers_discovery_composite", "mcp_servers"),
        new("idx_tools_discovery_performance", "server_tools"),
        new("idx_request_routing_composite", "request_logs"),
        new("idx_security_access_composite", "audit_events"),
        new(TenantUtilization, "request_logs"),
        new("idx_api_keys_hash_active", "api_keys"),
        new("idx_api_keys_user_enabled", "api_keys"),
        new("idx_system_configs_key_tenant", "system_configs"),
        new("idx_circuit_breakers_state", "circuit_breakers"),
        new("idx_server_access_subject", "server_access_control"),
    ];
}
