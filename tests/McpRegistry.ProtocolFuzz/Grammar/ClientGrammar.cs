namespace McpRegistry.ProtocolFuzz.Grammar;

/// <summary>
/// The messages of clients, as the params of each method. Words in capitals stand for what a case fills in; those in
/// <c>{{}}</c> for what is known when the message is sent only.
/// </summary>
internal static class ClientGrammar
{
    public const string ModernMeta =
        "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":CAPABILITIES";

    private const string Call = """{"name":"TOOL","arguments":{"case":"CASE"}}""";
    private const string Answers = "\"inputResponses\":{\"q1\":{\"action\":\"accept\",\"content\":{\"x\":1}},\"r1\":{\"action\":\"accept\",\"content\":{\"x\":1}}},\"requestState\":\"{{state}}\"";

    /// <summary>What both eras have.</summary>
    private static readonly (string Method, string Params)[] Shared =
    [
        ("tools/list", "{}"),
        ("tools/list", """{"cursor":"{{cursor}}"}"""),
        ("resources/list", "{}"),
        ("resources/list", """{"cursor":"{{cursor}}"}"""),
        ("resources/templates/list", "{}"),
        ("prompts/list", "{}"),
        ("tools/call", Call),
        ("tools/call", Call),
        ("tools/call", """{"name":"TOOL","arguments":{"case":"CASE"},"_meta":{"progressToken":"p1"}}"""),
        ("tools/call", """{"name":"TOOL","arguments":{"case":"CASE"},"_meta":{"progressToken":7,"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","tracestate":"a=b"}}"""),
        ("tools/call", """{"name":"TOOL","arguments":{"case":"CASE"},"task":{"ttl":60000}}"""),
        ("prompts/get", """{"name":"PROMPT","arguments":{"case":"CASE"}}"""),
        ("resources/read", """{"uri":"URI"}"""),
        ("completion/complete", """{"ref":{"type":"ref/prompt","name":"PROMPT"},"argument":{"name":"case","value":"CASE"}}"""),
        ("completion/complete", """{"ref":{"type":"ref/resource","uri":"URI"},"argument":{"name":"id","value":"CASE"},"context":{"arguments":{"a":"b"}}}"""),
        ("no/such", """{"x":"CASE"}"""),
        ("tasks/list", "{}"),
        ("tasks/result", """{"taskId":"{{task}}"}"""),
    ];

    private static readonly (string Method, string Params)[] ModernOnly =
    [
        ("server/discover", "{}"),
        ("tools/call", $$"""{"name":"TOOL","arguments":{"case":"CASE"},{{Answers}}}"""),
        ("prompts/get", $$"""{"name":"PROMPT","arguments":{"case":"CASE"},{{Answers}}}"""),
        ("tools/call", """{"name":"PREFIXheader","arguments":{"case":"CASE","region":"eu","count":3}}"""),
        ("tasks/get", """{"taskId":"{{task}}"}"""),
        ("tasks/update", """{"taskId":"{{task}}","inputResponses":{"a":{"action":"accept"}}}"""),
        ("tasks/cancel", """{"taskId":"{{task}}"}"""),
    ];

    private static readonly (string Method, string Params)[] LegacyOnly =
    [
        ("ping", "{}"),
        ("logging/setLevel", """{"level":"debug"}"""),
        ("resources/subscribe", """{"uri":"URI"}"""),
        ("resources/unsubscribe", """{"uri":"URI"}"""),
        ("initialize", """{"protocolVersion":"2025-11-25","capabilities":CAPABILITIES,"clientInfo":{"name":"fuzz","version":"1"}}"""),
    ];

    private static readonly (string Method, string Params)[] Notifications =
    [
        ("notifications/initialized", "{}"),
        ("notifications/cancelled", """{"requestId":1,"reason":"fuzz"}"""),
        ("notifications/cancelled", """{"requestId":"unknown"}"""),
        ("notifications/progress", """{"progressToken":"p1","progress":1}"""),
        ("notifications/roots/list_changed", "{}"),
        ("notifications/tools/list_changed", "{}"),
        ("notifications/elicitation/complete", """{"elicitationId":"e1"}"""),
    ];

    private static readonly string[] Responses =
    [
        """{"jsonrpc":"2.0","id":"{{question}}","result":{"action":"accept","content":{}}}""",
        """{"jsonrpc":"2.0","id":"{{question}}","error":{"code":-1,"message":"no"}}""",
        """{"jsonrpc":"2.0","id":1,"result":{"roots":[]}}""",
    ];

    private static readonly string[] Filters =
    [
        "{}", """{"toolsListChanged":true}""", """{"toolsListChanged":true,"promptsListChanged":true,"resourcesListChanged":true}""",
        """{"resourceSubscriptions":["URI"]}""", """{"resourceSubscriptions":["URI","URI","x:1"],"toolsListChanged":false}""",
        """{"taskIds":["{{task}}"]}""", """{"unknown":true}""",
    ];

    private static readonly string[] Capabilities =
    [
        "{}", "{\"elicitation\":{}}", "{\"elicitation\":{\"form\":{},\"url\":{}},\"sampling\":{},\"roots\":{\"listChanged\":true}}",
        "{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}", "{\"extensions\":{\"io.modelcontextprotocol/tasks\":{},\"io.modelcontextprotocol/ui\":{\"mimeTypes\":[\"text/html\"]}},\"elicitation\":{}}",
    ];

    public static (string Method, string Params) Request(Dice dice, bool modern) =>
        dice.Chance(25) ? dice.Pick(modern ? ModernOnly : LegacyOnly) : dice.Chance(4) ? dice.Pick(modern ? LegacyOnly : ModernOnly) : dice.Pick(Shared);

    public static (string Method, string Params) Notification(Dice dice) => dice.Pick(Notifications);

    public static string Response(Dice dice) => dice.Pick(Responses);

    public static string Filter(Dice dice) => dice.Pick(Filters);

    public static string Capability(Dice dice) => dice.Pick(Capabilities);

    public static string Id(Dice dice, int step) => dice.Weigh(
        (70, $"{step + 1}"), (10, $"\"id-{step}\""), (3, "-1"), (3, "0"), (3, "9223372036854775807"), (3, "\"\""), (2, "\"\\u0031\""), (2, "\"\\ud800\""), (4, "1"));
}
