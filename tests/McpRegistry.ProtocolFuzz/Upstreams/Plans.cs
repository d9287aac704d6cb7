using System.Text;
using McpRegistry.ProtocolFuzz.Grammar;

namespace McpRegistry.ProtocolFuzz.Upstreams;

/// <summary>How a server answers one request: properly, or in one of the ways in which servers go wrong.</summary>
internal static class Plans
{
    private static readonly string[] Extras =
    [
        """{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"unknown","progress":1}}""",
        """{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":TOKEN,"progress":0.5,"total":1,"message":"half"}}""",
        """{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":{"x":"y"}}}""",
        """{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}""",
        """{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"fuzz://odd-legacy/one"}}""",
        """{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"s1"}}""",
        """{"jsonrpc":"2.0","method":"notifications/unknown","params":{}}""",
        """{"jsonrpc":"2.0","method":"notifications/elicitation/complete","params":{"elicitationId":"e1"}}""",
        """{"jsonrpc":"2.0","id":"s1","method":"ping"}""",
        """{"jsonrpc":"2.0","id":"s2","method":"roots/list"}""",
        """{"jsonrpc":"2.0","id":3,"method":"sampling/createMessage","params":{"messages":[],"maxTokens":1}}""",
        """{"jsonrpc":"2.0","id":"s4","method":"no/such","params":{}}""",
        """{"jsonrpc":"2.0","id":"unknown","result":{}}""",
        """{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"upstream says no"}}""",
    ];

    private static readonly string[] OddResults =
    [
        """{"resultType":"input_required"}""",
        """{"resultType":"input_required","inputRequests":{},"requestState":""}""",
        """{"resultType":"input_required","inputRequests":{"a":{"method":"tools/list"}},"requestState":"s"}""",
        """{"resultType":"input_required","inputRequests":{"a":{"method":"sampling/createMessage","params":{"messages":[],"maxTokens":1}},"b":{"method":"roots/list"}},"requestState":"s"}""",
        """{"resultType":"task","taskId":5}""",
        """{"resultType":"task","taskId":"t-2","ttlMs":-1,"status":"?"}""",
        """{"resultType":"unknown","x":1}""",
        """{"resultType":7}""",
        """{"tools":[{"name":"work"},{"name":"work"},{"name":5},{},null,{"name":"","inputSchema":{}},{"name":"h","inputSchema":{"type":"object","properties":{"a":{"type":"string","x-mcp-header":"A A"}}}}],"nextCursor":"loop","resultType":"complete","ttlMs":1e99,"cacheScope":"all"}""",
        """{"tools":{},"resources":5,"prompts":null,"contents":"x","resultType":"complete"}""",
        """{"contents":[{"uri":"x"}],"content":[5],"messages":[null],"completion":[],"resultType":"complete","ttlMs":"1","cacheScope":"public"}""",
        """{"protocolVersion":"1999-01-01","capabilities":[],"serverInfo":null}""",
        """{"supportedVersions":["2026-07-28","x",5],"capabilities":{"tools":1},"resultType":"complete"}""",
        "null", "[]", "5", "\"text\"", "{}",
    ];

    private static readonly string[] Errors =
    [
        """{"code":-32602,"message":"upstream says no"}""", """{"code":-32601,"message":"upstream says no","data":{"reason":"x"}}""", """{"code":"x","message":5}""",
        """{"code":-32042,"message":"upstream wants a URL","data":{"elicitations":[{"mode":"url","url":"https://a.example/","elicitationId":"e1","message":"m"}]}}""",
        """{"code":-32042,"message":"upstream wants a URL","data":{"elicitations":{}}}""", """{"code":-32020,"message":"upstream says header"}""", """{"code":-32022,"message":"v","data":{"supported":["2025-11-25"]}}""",
        """{"code":1e9,"message":"upstream says no"}""", """{"code":99999999999,"message":"\ud800"}""", "{}", "null", "[]",
    ];

    /// <summary>Answers as a proper server does.</summary>
    public static IReadOnlyList<Act> Good(ServerRequest request)
    {
        var answer = Answer(request);
        return request is { IsModern: false, Method: "tools/call" } && request.Text("name") == "ask"
            ? [new Act.Begin(), new Act.Ask("\"q1\"", GoodAnswers.QuestionOf("\"q1\"")), new Act.Message(answer)]
            : [new Act.Document(200, "application/json", Encoding.UTF8.GetBytes(answer))];
    }

    /// <summary>Answers as the dice fall.</summary>
    public static IReadOnlyList<Act> Odd(ServerRequest request, Dice dice) => dice.Weigh<Func<IReadOnlyList<Act>>>(
        (12, () => Good(request)),
        (26, () => Carried(Changed(Answer(request), dice), dice)),
        (12, () => Carried($$"""{"jsonrpc":"2.0","id":{{request.Id ?? "null"}},"result":{{dice.Pick(OddResults)}}}""", dice)),
        (2, () => Carried($$"""{"jsonrpc":"2.0","id":{{request.Id ?? "null"}},"result":{{Deep(dice)}}}""", dice)),
        (7, () => Carried($$"""{"jsonrpc":"2.0","id":{{request.Id ?? "null"}},"error":{{dice.Pick(Errors)}}}""", dice)),
        (12, () => WithExtras(request, dice)),
        (10, () => Bytewise(Answer(request), dice)),
        (8, () => OddStreams.Of(Answer(request), dice)),
        (7, () => [new Act.Document(dice.Pick(200, 201, 202, 204, 301, 307, 400, 401, 403, 404, 405, 409, 418, 429, 500, 502, 503, 504), dice.Pick("application/json", "text/html", "", "x"), Encoding.UTF8.GetBytes(dice.Pick("", "<html>", "{}", Answer(request))), dice.Pick("", "Location: /elsewhere\r\n", "Retry-After: 1\r\n", "WWW-Authenticate: Bearer\r\n", "Mcp-Session-Id: \u00e9\r\n"))]),
        (4, () => [new Act.Raw(dice.Pick("HTTP/1.1 999 ?\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "hello\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\nzz\r\n", "HTTP/2 200\r\n\r\n", "\0").Select(static letter => (byte)letter).ToArray()), new Act.Cut()]),
        (4, () => [new Act.Half(Encoding.UTF8.GetBytes(Answer(request)))]),
        (3, () => [new Act.Cut()]),
        (2, () => Flooded(request, dice)),
        (2, () => [.. dice.Chance(50) ? [new Act.Begin()] : Array.Empty<Act>(), new Act.Never()]),
        (1, () => Carried($$$"""{"jsonrpc":"2.0","id":{{{request.Id ?? "null"}}},"result":{"resultType":"complete","content":[{"type":"text","text":"{{{new string('y', dice.Between(100_000, 2_000_000))}}}"}]}}""", dice)))();

    /// <summary>What a server sends on a stream on which nothing was asked.</summary>
    public static string Unasked(Dice dice) => dice.Chance(50) ? Filled(dice.Pick(Extras), "\"u\"") : Changed(Filled(dice.Pick(Extras), "\"u\""), dice);

    private static string Answer(ServerRequest request) => GoodAnswers.Result(request) is { } result
        ? $$"""{"jsonrpc":"2.0","id":{{request.Id ?? "null"}},"result":{{result}}}"""
        : $$$"""{"jsonrpc":"2.0","id":{{{request.Id ?? "null"}}},"error":{"code":-32601,"message":"upstream has no such method"}}""";

    private static string Changed(string json, Dice dice)
    {
        var tree = Tree.Parse(json);
        Mutation.OfTree(tree, dice);
        return tree.Write();
    }

    private static IReadOnlyList<Act> Carried(string message, Dice dice) => dice.Chance(50)
        ? [new Act.Document(200, "application/json", Encoding.UTF8.GetBytes(message))]
        : [new Act.Begin(), new Act.Message(message)];

    private static IReadOnlyList<Act> Bytewise(string message, Dice dice)
    {
        var bytes = Mutation.OfBytes(Encoding.UTF8.GetBytes(message), dice);
        return dice.Chance(50)
            ? [new Act.Document(200, "application/json", bytes)]
            : [new Act.Begin(), new Act.Bytes([.. "data: "u8, .. bytes, .. "\n\n"u8])];
    }

    private static List<Act> WithExtras(ServerRequest request, Dice dice)
    {
        List<Act> acts = [new Act.Begin()];
        for (var times = dice.Between(1, 6); times > 0; times--)
        {
            var extra = Filled(dice.Pick(Extras), request.ProgressToken ?? "\"none\"");
            acts.Add(dice.Weigh<Act>(
                (60, new Act.Message(extra)), (15, new Act.Message(Changed(extra, dice))), (10, new Act.Push(extra)), (10, new Act.Ask("\"q1\"", GoodAnswers.QuestionOf("\"q1\""))), (5, new Act.Wait(TimeSpan.FromMilliseconds(dice.Between(1, 200))))));
        }

        acts.Add(dice.Weigh<Act>((80, new Act.Message(Answer(request))), (10, new Act.Cut()), (10, new Act.Wait(TimeSpan.Zero))));
        return acts;
    }

    /// <summary>More than anybody wants to hear, before the answer or instead of it.</summary>
    private static IReadOnlyList<Act> Flooded(ServerRequest request, Dice dice) => dice.Chance(25)
        ? [new Act.Begin(), new Act.Bytes("data: "u8.ToArray()), .. Enumerable.Repeat(new Act.Bytes(Encoding.ASCII.GetBytes(new string('x', 64 * 1024))), (FuzzLimits.MaxMessageBytes / (64 * 1024)) + 2)]
        : [new Act.Begin(), new Act.Flood(Filled(dice.Pick(Extras), request.ProgressToken ?? "\"none\""), dice.Between(1_000, 5_000)), new Act.Message(Answer(request))];

    /// <summary>What is nested deeper than a stack is, within names that the gateway looks into. Deeper still, and the fuzzer would read it for seconds.</summary>
    private static string Deep(Dice dice)
    {
        string[] names = ["task", "_meta", "result", "io.modelcontextprotocol/related-task", "content", "structuredContent", "inputRequests", "params", "contents", "tools", "inputSchema", "properties"];
        var (one, other) = dice.Chance(50) ? (dice.Pick(names), dice.Pick(names)) : dice.Pick(("task", "task"), ("result", "_meta"), ("task", "_meta"), ("_meta", names[3]));
        var levels = dice.Between(8_000, 12_000);
        var isList = dice.Chance(20);
        var head = isList ? $"{{\"{one}\":[" : $"{{\"{one}\":{{\"{other}\":";
        return $"{{\"resultType\":\"{dice.Pick("task", "complete", "input_required")}\",\"taskId\":\"t-1\",\"ttlMs\":60000,\"status\":\"working\",\"x\":0,"
            + head[1..] + string.Concat(Enumerable.Repeat(head, levels)) + "{\"taskId\":\"t-1\"}" + string.Concat(Enumerable.Repeat(isList ? "]}" : "}}", levels + 1));
    }

    private static string Filled(string extra, string token) => extra.Replace("TOKEN", token, StringComparison.Ordinal);
}
