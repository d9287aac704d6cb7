using McpRegistry.ProtocolFuzz.Wire;

namespace McpRegistry.ProtocolFuzz.Grammar;

/// <summary>Headers, verbs and ways to deliver that a careful client would not use.</summary>
internal static class OddHttp
{
    private static readonly string[] Names =
    [
        "MCP-Protocol-Version", "MCP-Protocol-Version", "Mcp-Method", "Mcp-Name", "Mcp-Session-Id", "Content-Type", "Accept", "Authorization", "Host", "Origin",
        "Mcp-Param-Region", "Mcp-Param-", "mcp-param-count", "Last-Event-ID", "X-Api-Key", "Content-Encoding", "Expect", "Connection", "traceparent", "baggage", "Cookie",
    ];

    private static readonly string[] Values =
    [
        "", " ", "x", "2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05", "1999-01-01", "9999-99-99", "tools/call", "tools/list", "initialize",
        "odd-modern__work", "=?base64?d29yaw==?=", "=?base64?###?=", "=?base64?//8=?=", "=?base64?", "\u00e9\u00ff", "a\tb", "application/json", "application/json; charset=utf-16",
        "text/event-stream", "application/json, text/event-stream", "*/*", "application/json;q=0", "text/html", "text/event-stream;q=nan", ",,,", "Bearer", "Bearer x", "Basic YTpi",
        "evil.example", "null", "http://localhost", "{{other}}", "{{session}}", "gzip", "close", "keep-alive", "100-continue", "5", "true", "1e3", "a,b", "\"quoted\"",
    ];

    public static string Value(Dice dice) => dice.Chance(3) ? new string('h', dice.Between(1_000, 20_000)) : dice.Pick(Values);

    public static void Change(HttpDraft draft, Dice dice)
    {
        for (var times = dice.Between(1, 2); times > 0; times--)
        {
            var name = dice.Pick(Names);
            switch (dice.Below(4))
            {
                case 0:
                    draft.Headers.RemoveAll(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
                    break;
                case 1:
                    draft.Headers.Add((name, Value(dice)));
                    break;
                case 2:
                    draft.Headers.Add(dice.Pick(draft.Headers.ToArray()));
                    break;
                default:
                    draft.Set(name, Value(dice));
                    break;
            }
        }
    }

    public static string Verb(Dice dice) => dice.Pick("GET", "DELETE", "PUT", "PATCH", "OPTIONS", "TRACE", "FOO");

    public static Delivery OddDelivery(Dice dice) => dice.Pick(
        Delivery.Chunked, Delivery.Dribbled, Delivery.CutBody, Delivery.CutChunk, Delivery.BrokenChunk, Delivery.BothLengths, Delivery.NoLength, Delivery.LeaveAtOnce, Delivery.LeaveInAnswer);
}
