using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.HostileInput;

/// <summary>Requests outside of their session, which the session revisions refuse.</summary>
internal static class LegacyCases
{
    private const int InvalidRequest = -32600;

    public static IEnumerable<HostileCase> All()
    {
        yield return With("no session", 400, "no_session", ("Mcp-Session-Id", null));
        yield return With("session header twice", 400, "no_session", ("Mcp-Session-Id", ["a", "b"]));
        yield return With("unknown session", 404, "unknown_session", ("Mcp-Session-Id", ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]));
        yield return With("empty session", 404, "unknown_session", ("Mcp-Session-Id", [""]));
        yield return With("unknown old version", 400, "unsupported_protocol_version", ("MCP-Protocol-Version", ["2024-01-01"]));
        yield return With("unreadable version", 400, "unsupported_protocol_version", ("MCP-Protocol-Version", ["#!"]));
        yield return With("version header twice", 400, null, ("MCP-Protocol-Version", ["2025-11-25", "2025-06-18"])) with { Code = -32020 };
        yield return With("DELETE without session", 400, "no_session", ("Mcp-Session-Id", null)) with { Verb = "DELETE", Id = "null" };
        yield return With("DELETE of an unknown session", 404, "unknown_session", ("Mcp-Session-Id", ["nope"])) with { Verb = "DELETE", Id = "null" };
        yield return With("GET without session", 400, "no_session", ("Mcp-Session-Id", null)) with { Verb = "GET", Id = "null" };
        yield return With("GET of an unknown session", 404, "unknown_session", ("Mcp-Session-Id", ["nope"])) with { Verb = "GET", Id = "null" };
        yield return With("GET that takes no stream", 406, "accept", ("Accept", ["application/json"])) with { Verb = "GET", Id = "null" };

        // In these revisions an unknown method is an ordinary answer.
        yield return Method("server/discover");
        yield return Method("no/such");
    }

    /// <summary>Requests that look odd and are good: they must be served.</summary>
    public static IEnumerable<HostileCase> Good()
    {
        yield return With("no version header", 200, null, ("MCP-Protocol-Version", null)) with { Code = null };
        yield return With("other legacy version", 200, null, ("MCP-Protocol-Version", ["2025-06-18"])) with { Code = null };
        yield return With("headers of the modern era", 200, null, ("Mcp-Method", ["other"]), ("Mcp-Name", ["other"])) with { Code = null };
    }

    private static HostileCase Method(string method) => new($"method {method}", Era.Legacy, 200, -32601)
    {
        Text = $$$"""{"jsonrpc":"2.0","id":7,"method":"{{{method}}}","params":{}}""",
    };

    private static HostileCase With(string name, int status, string? reason, params (string Header, string[]? Values)[] headers) =>
        new(name, Era.Legacy, status, InvalidRequest)
        {
            Reason = reason,
            Headers = headers.ToDictionary(header => header.Header, header => header.Values, StringComparer.OrdinalIgnoreCase),
        };
}
