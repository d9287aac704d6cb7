using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpRegistry.SampleServer.Http;

/// <summary>Checks that the headers of 2026-07-28 say the same as the body; the SDK's core leaves that to the host.</summary>
internal static class EnvelopeGuard
{
    private const string FirstModernVersion = "2026-07-28";

    public static bool IsModern(IHeaderDictionary headers) =>
        headers["MCP-Protocol-Version"].ToString() is { Length: > 0 } version && string.CompareOrdinal(version, FirstModernVersion) >= 0;

    public static (McpErrorCode Code, string Message)? Check(IHeaderDictionary headers, JsonRpcMessage message)
    {
        if (message is not JsonRpcRequest request)
        {
            return null;
        }

        var named = ((request.Params as JsonObject)?["_meta"] as JsonObject)?[MetaKeys.ProtocolVersion]?.ToString();
        if (named is null)
        {
            return IsModern(headers) ? (McpErrorCode.InvalidParams, $"_meta lacks {MetaKeys.ProtocolVersion}.") : null;
        }

        if (!string.Equals(headers["MCP-Protocol-Version"], named, StringComparison.Ordinal))
        {
            return (McpErrorCode.HeaderMismatch, "The MCP-Protocol-Version header and _meta name different versions.");
        }

        return string.Equals(headers["Mcp-Method"], request.Method, StringComparison.Ordinal)
            ? CheckName(headers, request)
            : (McpErrorCode.HeaderMismatch, "The Mcp-Method header and the body name different methods.");
    }

    private static (McpErrorCode Code, string Message)? CheckName(IHeaderDictionary headers, JsonRpcRequest request)
    {
        var member = request.Method switch
        {
            RequestMethods.ToolsCall or RequestMethods.PromptsGet => "name",
            RequestMethods.ResourcesRead => "uri",
            _ => null,
        };
        if (member is null)
        {
            return null;
        }

        var decoded = McpHeaderEncoder.DecodeValue(headers["Mcp-Name"].ToString());
        return string.Equals(decoded, (request.Params as JsonObject)?[member]?.ToString(), StringComparison.Ordinal)
            ? null
            : (McpErrorCode.HeaderMismatch, $"The Mcp-Name header and params.{member} differ.");
    }
}
