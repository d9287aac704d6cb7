namespace McpRegistry.Auditing;

/// <summary>Which MCP calls leave an audit event.</summary>
public enum AuditedCalls
{
    /// <summary>Every call.</summary>
    All,

    /// <summary>Calls that may change something (<c>tools/call</c>, <c>tasks/update</c>, <c>tasks/cancel</c>), and those that fail or are refused.</summary>
    Changes,

    /// <summary>None.</summary>
    Off,
}
