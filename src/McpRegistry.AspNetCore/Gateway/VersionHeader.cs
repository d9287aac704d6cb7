using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Gateway;

/// <summary>Reads the header <c>MCP-Protocol-Version</c>.</summary>
internal static class VersionHeader
{
    private const string Name = "MCP-Protocol-Version";

    /// <summary>Gets the value without white space around it; empty when it was not sent.</summary>
    public static string Of(HttpRequest request) => request.Headers[Name].ToString().Trim(' ', '\t');

    /// <summary>Tells whether it was sent at all.</summary>
    public static bool IsSent(HttpRequest request) => request.Headers[Name].Count > 0;

    /// <summary>Tells whether it was sent twice; then nobody knows which one counts.</summary>
    public static bool IsRepeated(HttpRequest request) => request.Headers[Name].Count > 1;
}
