namespace McpRegistry.ProtocolFuzz.Grammar;

/// <summary>Values and names at which parsers, comparisons and headers differ, as raw JSON.</summary>
internal static class OddJson
{
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-0", "-1", "1", "1.0", "1.5", "1e400", "-1e-400", "1E+2", "2147483648", "9007199254740993",
        "9223372036854775807", "9223372036854775808", "-9223372036854775809", "123456789012345678901234567890", "{}", "[]", "[[]]", "[null]",
        "\"\"", "\" \"", "\"null\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\ud83d\\ude00\"", "\"\u00e9\u4e2d\U0001F600\"", "\"a\\/b\"",
        "\"\\r\\n\\r\\ndata: x\"", "\"line\\u2028line\"", "\"../../mcp\"", "\"a b\\tc\"", "\"=?base64?//8=?=\"", "\"=?base64?!?=\"", "\"2025-11-25\"",
        "\"2026-07-28\"", "\"1999-01-01\"", "\"tools/call\"", "\"file:///etc/passwd\"", "\"http://[::1\"", "\"{{{\"", "{\"a\":{\"a\":{\"a\":1}}}",
        "{\"x\":1,\"x\":2}", "{\"\":\"\"}", "{\"\\ud800\":1}", "{\"__proto__\":{}}", "[1,\"a\",{},null,[]]",
    ];

    /// <summary>No JSON at all.</summary>
    private static readonly string[] Broken =
        ["NaN", "'x'", "01", "+1", ".5", "1.", "undefined", "\"", "\"\\x\"", "\"\\u12\"", "{", "]", "{,}", "[1,]", "// x\n1", "\"\u0001\"", "tru", "", "-", "1 2"];

    private static readonly string[] Names =
    [
        "\"jsonrpc\"", "\"id\"", "\"method\"", "\"params\"", "\"result\"", "\"error\"", "\"code\"", "\"message\"", "\"data\"", "\"_meta\"", "\"name\"",
        "\"uri\"", "\"arguments\"", "\"cursor\"", "\"nextCursor\"", "\"progressToken\"", "\"resultType\"", "\"requestState\"", "\"inputResponses\"",
        "\"inputRequests\"", "\"taskId\"", "\"ttlMs\"", "\"cacheScope\"", "\"content\"", "\"structuredContent\"", "\"tools\"", "\"inputSchema\"", "\"capabilities\"",
        "\"protocolVersion\"", "\"requestId\"", "\"notifications\"", "\"task\"", "\"level\"", "\"x-mcp-header\"", "\"extensions\"", "\"traceparent\"",
        "\"io.modelcontextprotocol/protocolVersion\"", "\"io.modelcontextprotocol/clientCapabilities\"", "\"io.modelcontextprotocol/logLevel\"",
        "\"io.modelcontextprotocol/subscriptionId\"", "\"io.modelcontextprotocol/tasks\"", "\"\"", "\"\\u0069d\"", "\"\\ud800\"", "\"\\u0000\"", "\"constructor\"",
    ];

    public static string Value(Dice dice) => dice.Below(200) switch
    {
        0 => $"\"{new string('x', dice.Between(5_000, 200_000))}\"",
        1 => string.Concat(Enumerable.Repeat("[", 2000)) + string.Concat(Enumerable.Repeat("]", 2000)),
        2 => $"[{string.Join(',', Enumerable.Range(0, 5_000))}]",
        3 => $"{{{string.Join(',', Enumerable.Range(0, 3_000).Select(at => $"\"m{at}\":{at}"))}}}",
        4 => new string('9', 4_000),
        < 14 => dice.Pick(Broken),
        _ => dice.Pick(Values),
    };

    /// <summary>Returns a value that is JSON, whatever it means.</summary>
    public static string GoodValue(Dice dice) => dice.Pick(Values);

    public static string Name(Dice dice) => dice.Pick(Names);
}
