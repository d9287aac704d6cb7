using System.Text.Json;

namespace McpRegistry.ProtocolFuzz.Upstreams;

/// <summary>What a proper server answers, as the raw result; null for a method that it does not have.</summary>
internal static class GoodAnswers
{
    private const string Capabilities =
        """{"tools":{"listChanged":true},"resources":{"listChanged":true,"subscribe":true},"prompts":{"listChanged":true},"completions":{},"logging":{},"extensions":{"io.modelcontextprotocol/tasks":{},"io.modelcontextprotocol/ui":{}}}""";

    private const string Tools =
        """[{"name":"work","inputSchema":{"type":"object"}},{"name":"ask","inputSchema":{"type":"object"}},{"name":"task","inputSchema":{"type":"object"}},{"name":"header","inputSchema":{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"},"count":{"type":"integer","x-mcp-header":"Count"}}}}]""";

    private const string Question = """{"method":"elicitation/create","params":{"mode":"form","message":"?","requestedSchema":{"type":"object","properties":{"x":{"type":"integer"}}}}}""";

    public static string? Result(ServerRequest request) => request.Method switch
    {
        "server/discover" => Cacheable("\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":" + Capabilities),
        "initialize" => $$$"""{"protocolVersion":{{{Version(request)}}},"capabilities":{{{Capabilities}}},"serverInfo":{"name":"fuzzed","version":"1"}}""",
        "ping" or "logging/setLevel" or "resources/subscribe" or "resources/unsubscribe" => "{}",
        "tools/list" => Listed(request, "tools", Tools),
        "resources/list" => Listed(request, "resources", $$"""[{"uri":"fuzz://{{request.Server}}/one","name":"one"},{"uri":"ui://{{request.Server}}/app","name":"app","mimeType":"text/html"}]"""),
        "resources/templates/list" => Listed(request, "resourceTemplates", $$"""[{"uriTemplate":"fuzz://{{request.Server}}/many/{id}","name":"many"}]"""),
        "prompts/list" => Listed(request, "prompts", """[{"name":"prompt","arguments":[{"name":"case"}]}]"""),
        "prompts/get" => Plain(request, """{"messages":[{"role":"user","content":{"type":"text","text":"hello"}}]}"""),
        "resources/read" => Listed(request, "contents", $$"""[{"uri":{{JsonSerializer.Serialize(request.Text("uri"))}},"text":"content"}]"""),
        "completion/complete" => Plain(request, """{"completion":{"values":["a","b"],"hasMore":false}}"""),
        "tasks/get" when request.IsModern => """{"resultType":"complete","taskId":"t-1","status":"completed","ttlMs":60000,"result":{"content":[]}}""",
        "tasks/update" or "tasks/cancel" when request.IsModern => """{"resultType":"complete"}""",
        "tools/call" => Called(request),
        _ => null,
    };

    /// <summary>What a legacy server asks while it runs a tool.</summary>
    public static string QuestionOf(string id) => $$"""{"jsonrpc":"2.0","id":{{id}},{{Question[1..]}}""";

    private static string Called(ServerRequest request) => (request.Text("name"), request.IsModern) switch
    {
        ("ask", true) when !request.HasAnswers => $$$"""{"resultType":"input_required","inputRequests":{"q1":{{{Question}}}},"requestState":"upstream-state"}""",
        ("task", true) => """{"resultType":"task","taskId":"t-1","status":"working","ttlMs":60000}""",
        _ => Plain(request, """{"content":[{"type":"text","text":"done"}],"structuredContent":{"n":12345678901234567890}}"""),
    };

    private static string Listed(ServerRequest request, string member, string items) =>
        request.IsModern ? Cacheable($"\"{member}\":{items}") : $$"""{"{{member}}":{{items}}}""";

    private static string Cacheable(string members) => $$"""{"resultType":"complete","ttlMs":0,"cacheScope":"private",{{members}}}""";

    private static string Plain(ServerRequest request, string result) => request.IsModern ? "{\"resultType\":\"complete\"," + result[1..] : result;

    private static string Version(ServerRequest request) =>
        request.Text("protocolVersion") is "2025-03-26" or "2025-06-18" ? JsonSerializer.Serialize(request.Text("protocolVersion")) : "\"2025-11-25\"";
}
