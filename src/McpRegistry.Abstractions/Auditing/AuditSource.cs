namespace McpRegistry.Auditing;

/// <summary>Which part of the system an audit event tells of.</summary>
public enum AuditSource
{
    /// <summary>A change of the registry: servers, keys, tenants, rules, configuration.</summary>
    Registry,

    /// <summary>An MCP call through the gateway.</summary>
    Mcp,

    /// <summary>A login, a refused key, a lock-out.</summary>
    Security,

    /// <summary>Something the system did by itself: retention, failover, a breaker.</summary>
    System,
}
