using System.Text;
using System.Text.Json;

namespace McpRegistry.TestSupport.Upstreams;

/// <summary>The checks of 2026-07-28 on headers and envelope, so that a sloppy client is refused as by a real server.</summary>
internal static class HeaderRules
{
    private const int HeaderMismatch = -32020;
    private const int UnsupportedVersion = -32022;
    private const int InvalidParams = -32602;
    private const string Meta = "io.modelcontextprotocol/";

    public static (int Code, string Message, string? Data)? Fault(ReceivedRequest request, string served)
    {
        if (!request.IsModern || request.Meta(Meta + "clientCapabilities").ValueKind != JsonValueKind.Object)
        {
            return (InvalidParams, "_meta lacks protocolVersion or clientCapabilities", null);
        }

        var version = request.Meta(Meta + "protocolVersion").GetString()!;
        if (!Same(request, "MCP-Protocol-Version", version))
        {
            return (HeaderMismatch, "MCP-Protocol-Version is not the version of the body", null);
        }

        if (!string.Equals(version, served, StringComparison.Ordinal))
        {
            return (UnsupportedVersion, "Unsupported protocol version", $$"""{"supported":["{{served}}"],"requested":{{Json.Text(version)}}}""");
        }

        if (!Same(request, "Mcp-Method", request.Method))
        {
            return (HeaderMismatch, "Mcp-Method is not the method of the body", null);
        }

        var named = request.Method switch { "tools/call" or "prompts/get" => "name", "resources/read" => "uri", _ => null };
        if (named is null)
        {
            return null;
        }

        return !request.Params.TryGetProperty(named, out var name) || name.ValueKind != JsonValueKind.String
            ? (InvalidParams, $"params lacks {named}", null)
            : Same(request, "Mcp-Name", name.GetString()!) ? null : (HeaderMismatch, "Mcp-Name is not the name of the body", null);
    }

    private static bool Same(ReceivedRequest request, string header, string expected) =>
        request.Headers.TryGetValue(header, out var value) && string.Equals(Decode(value), expected, StringComparison.Ordinal);

    // Text in the encoded form that is not Base64 decodes to null, which equals no name.
    private static string? Decode(string value)
    {
        if (!value.StartsWith("=?base64?", StringComparison.Ordinal) || !value.EndsWith("?=", StringComparison.Ordinal))
        {
            return value;
        }

        var bytes = new byte[value.Length];
        return Convert.TryFromBase64String(value[9..^2], bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }
}
