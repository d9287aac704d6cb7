using System.Text;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.HostileInput;

/// <summary>Headers and envelopes that 2026-07-28 refuses (protocol.md 2.1, steps 4 to 9, and 4.1).</summary>
internal static class ModernCases
{
    private const int HeaderMismatch = -32020;
    private const int UnsupportedVersion = -32022;
    private const int MethodNotFound = -32601;
    private const int InvalidParams = -32602;
    private const string Version = "MCP-Protocol-Version";

    public static IEnumerable<HostileCase> All()
    {
        yield return With("no version header", HeaderMismatch, (Version, null));
        yield return With("legacy version header", HeaderMismatch, (Version, ["2025-11-25"]));
        yield return With("later version header", HeaderMismatch, (Version, ["2027-01-01"]));
        yield return With("version header twice", HeaderMismatch, (Version, ["2026-07-28", "2026-07-28"]));
        yield return With("two version headers", HeaderMismatch, (Version, ["2026-07-28", "2025-11-25"]));
        yield return With("no Mcp-Method", HeaderMismatch, ("Mcp-Method", null));
        yield return With("another Mcp-Method", HeaderMismatch, ("Mcp-Method", ["tools/list"]));
        yield return With("Mcp-Method in capitals", HeaderMismatch, ("Mcp-Method", ["TOOLS/CALL"]));
        yield return With("Mcp-Method twice", HeaderMismatch, ("Mcp-Method", ["tools/call", "tools/call"]));
        yield return With("no Mcp-Name", HeaderMismatch, ("Mcp-Name", null));
        yield return With("empty Mcp-Name", HeaderMismatch, ("Mcp-Name", [""]));
        yield return With("another Mcp-Name", HeaderMismatch, ("Mcp-Name", ["other"]));
        yield return With("Mcp-Name twice", HeaderMismatch, ("Mcp-Name", ["TOOL", "other"]));
        yield return With("Mcp-Name in broken Base64", HeaderMismatch, ("Mcp-Name", ["=?base64?%%%?="]));
        yield return With("Mcp-Name of another tool in Base64", HeaderMismatch, ("Mcp-Name", [$"=?base64?{Convert.ToBase64String("other"u8)}?="]));

        yield return With("Mcp-Name full of tabs", HeaderMismatch, ("Mcp-Name", [$"a{new string('\t', 20_000)}b"]));
        yield return With("Mcp-Param-* twice", HeaderMismatch, ("Mcp-Param-X", ["a", "a"]));
        yield return With("Mcp-Param-* with a control character", HeaderMismatch, ("Mcp-Param-X", ["a\u0001b"]));

        yield return Body("header without envelope", InvalidParams, HostileCase.GoodCall.Replace("{META}", "{}", StringComparison.Ordinal));
        yield return Body("header without _meta", InvalidParams, """{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"TOOL"}}""");
        yield return Body("header without params", InvalidParams, """{"jsonrpc":"2.0","id":7,"method":"tools/call"}""");
        yield return Body("no capabilities", InvalidParams, Meta("\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\""));
        yield return Body("capabilities of a wrong type", InvalidParams, Meta("\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":[]"));
        yield return Body("version of a wrong type", InvalidParams, Meta("\"io.modelcontextprotocol/protocolVersion\":20260728,\"io.modelcontextprotocol/clientCapabilities\":{}"));

        yield return Body("unknown version", UnsupportedVersion, Meta("\"io.modelcontextprotocol/protocolVersion\":\"2027-01-01\",\"io.modelcontextprotocol/clientCapabilities\":{}"))
            with { Headers = Headers((Version, ["2027-01-01"])) };

        foreach (var method in new[] { "initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe", "no/such", "TOOLS/LIST" })
        {
            yield return new($"method {method}", Era.Modern, 404, MethodNotFound)
            {
                Text = $$$"""{"jsonrpc":"2.0","id":7,"method":"{{{method}}}","params":{"_meta":{META} }}""",
                Headers = Headers(("Mcp-Method", [method]), ("Mcp-Name", null)),
            };
        }

        yield return Body("initialize without envelope", HeaderMismatch, """{"jsonrpc":"2.0","id":7,"method":"initialize","params":{"protocolVersion":"2026-07-28","capabilities":{}}}""");
        yield return Body("response", -32600, """{"jsonrpc":"2.0","id":7,"result":{}}""");
        yield return new("DELETE", Era.Modern, 405, null) { Verb = "DELETE", Id = "" };
    }

    /// <summary>Requests that look odd and are good: they must be served.</summary>
    public static IEnumerable<HostileCase> Good()
    {
        yield return Fine("Mcp-Name in Base64", ("Mcp-Name", ["=?base64?NAME64?="]));
        yield return Fine("white space around the values", ("Mcp-Method", [" \ttools/call \t"]), (Version, ["  2026-07-28 "]));
        yield return Fine("lower-case names", ("Mcp-Method", null), ("mcp-method", ["tools/call"]));
        yield return Fine("session id of another era", ("Mcp-Session-Id", ["nonsense"]));
        yield return Fine("Mcp-Param-* that no schema knows", ("Mcp-Param-X", ["=?base64?odd"]), ("mcp-param-y", [" "]));
        yield return Fine("no Accept", ("Accept", null));
        yield return Fine("Accept anything", ("Accept", ["*/*"]));
        yield return Fine("Accept JSON only", ("Accept", ["application/json"]));
        yield return Fine("content type with charset", ("Content-Type", ["application/json; charset=utf-8"]));
        yield return Fine("loopback origin", ("Origin", ["http://localhost:3000"]));
    }

    private static HostileCase Fine(string name, params (string Header, string[]? Values)[] headers) =>
        new(name, Era.Modern, 200, null) { Headers = Headers(headers) };

    private static HostileCase With(string name, int code, params (string Header, string[]? Values)[] headers) =>
        new(name, Era.Modern, 400, code) { Headers = Headers(headers) };

    private static HostileCase Body(string name, int code, string text) => new(name, Era.Modern, 400, code) { Text = text };

    private static string Meta(string members) => HostileCase.GoodCall.Replace("META", members, StringComparison.Ordinal);

    private static Dictionary<string, string[]?> Headers(params (string Header, string[]? Values)[] headers)
    {
        var all = new Dictionary<string, string[]?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (header, values) in headers)
        {
            all[header] = values;
        }

        return all;
    }
}
