namespace McpRegistry.Protocol;

/// <summary>The log levels of MCP (those of RFC 5424), least severe first.</summary>
internal enum LogLevel
{
    Debug,
    Info,
    Notice,
    Warning,
    Error,
    Critical,
    Alert,
    Emergency,
}
