namespace McpRegistry.ConformanceServer.Http;

internal static class ProtocolHeaders
{
    public const string Version = "MCP-Protocol-Version";

    public const string Session = "Mcp-Session-Id";

    public const string Method = "Mcp-Method";

    public const string Name = "Mcp-Name";

    public const string ParameterPrefix = "Mcp-Param-";

    public const string LastEventId = "Last-Event-ID";
}
