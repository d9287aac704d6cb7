using System.Net;
using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;
using GatewayIdentity = McpRegistry.Upstream.GatewayIdentity;

namespace McpRegistry.EndToEnd.Tests.Tasks;

/// <summary>The tasks extension from a client's bytes to an upstream's.</summary>
public sealed class TaskTests : EndToEndTest
{
    private const string Extension = """{"extensions":{"io.modelcontextprotocol/tasks":{}}}""";

    // The space and the number's text would not survive a parser.
    private const string State = """ "status":"working","ttlMs":60000,"pollIntervalMs":1.0,"vendor":{"x":1E400}}""";

    /// <summary>On the merged endpoint the gateway says that it has answered; all else is the server's.</summary>
    private static string Answering(string? alias) => alias is null
        ? $"\"_meta\":{{\"io.modelcontextprotocol/serverInfo\":{{\"name\":\"McpRegistry\",\"version\":\"{GatewayIdentity.Version}\"}}}},"
        : "";

    [Theory]
    [InlineData(null)]
    [InlineData("up")]
    public async Task Task_FromCallToEnd_IsFollowedUnderASealedId(string? alias)
    {
        var upstream = await StartAsync("up");
        var client = await DeclaringAsync(null);
        var created = await client.CallToolAsync("up__work", Cancellation);
        var id = created.Result.GetProperty("taskId").GetString()!;
        Assert.Equal($"{{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{{{Answering(null)}\"resultType\":\"task\",\"taskId\":\"{id}\",{State}}}", created.Body);

        var later = await DeclaringAsync(alias);
        var got = await later.CallAsync("tasks/get", Cancellation, $"\"taskId\":\"{id}\"");
        Assert.Equal($"{{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{{{Answering(alias)}\"resultType\":\"complete\",\"taskId\":\"{id}\",{State}}}", got.Body);
        var updated = await later.CallAsync("tasks/update", Cancellation, $"\"inputResponses\":{{\"a\":{{\"action\":\"accept\"}}}},\"taskId\":\"{id}\"");
        Assert.Equal("complete", updated.Result.GetProperty("resultType").GetString());
        var cancelled = await later.CallAsync("tasks/cancel", Cancellation, $"\"taskId\":\"{id}\"");
        Assert.Equal("complete", cancelled.Result.GetProperty("resultType").GetString());

        foreach (var method in new[] { "tasks/get", "tasks/update", "tasks/cancel" })
        {
            var request = Assert.Single(upstream.Requests.Of(method));
            Assert.Equal("secret-1", request.Headers["Mcp-Name"]);
            Assert.Equal("secret-1", request.Params.GetProperty("taskId").GetString());
            Assert.Equal(Extension, request.Meta("io.modelcontextprotocol/clientCapabilities").GetRawText());
        }

        Assert.Equal("""{"a":{"action":"accept"}}""", upstream.Requests.Of("tasks/update")[0].Params.GetProperty("inputResponses").GetRawText());
    }

    [Fact]
    public async Task Task_OfAnotherCallerOrServer_IsUnknown()
    {
        var upstream = await StartAsync("up");
        await StartAsync("other");
        var id = (await (await DeclaringAsync("up")).CallToolAsync("work", Cancellation)).Result.GetProperty("taskId").GetString();
        using var stranger = Gateway.CreateHttp(await Gateway.AddKeyAsync("stranger", ApiKeyScope.Proxy, Cancellation));
        var answers = new[]
        {
            await (await RawClient.OpenAsync(stranger, Gateway.Mcp(), Era.Modern, Cancellation, Extension)).CallAsync("tasks/get", Cancellation, $"\"taskId\":\"{id}\""),
            await (await DeclaringAsync("other")).CallAsync("tasks/get", Cancellation, $"\"taskId\":\"{id}\""),
            await (await DeclaringAsync(null)).CallAsync("tasks/get", Cancellation, "\"taskId\":\"secret-1\""),
        };
        Assert.All(answers, answer =>
        {
            Assert.Equal("""{"code":-32602,"message":"Unknown task.","data":{"reason":"unknown_task"}}""", answer.Error.GetRawText());
            Assert.Equal(HttpStatusCode.OK, answer.Status);
        });
        Assert.Empty(upstream.Requests.Of("tasks/get"));
    }

    /// <summary>An id of somebody else in the filter is left out, and what other tasks do is not told.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("up")]
    public async Task Task_Listened_IsToldUnderTheClientsIdWithItsWholeState(string? alias)
    {
        var upstream = await StartAsync("up");
        var client = await DeclaringAsync(alias);
        var id = (await client.CallToolAsync(alias is null ? "up__work" : "work", Cancellation)).Result.GetProperty("taskId").GetString();
        var stream = Own(await OpenStream.ListenAsync(
            Gateway.Http, Gateway.Mcp(alias), client, $$"""{"taskIds":["{{id}}","secret-1"]}""", Cancellation, $$"""{"taskIds":["{{id}}"]}"""));
        await upstream.PushAsync("notifications/tasks", """{"taskId":"secret-2","status":"working"}""");
        await upstream.PushAsync("notifications/tasks", """{"status":"completed","taskId":"secret-1","result":{"content":[],"n":1.0}}""");

        var told = await stream.NextAsync(Cancellation);
        Assert.Equal("notifications/tasks", told.GetProperty("method").GetString());
        Assert.Equal(
            $$$"""{"_meta":{"io.modelcontextprotocol/subscriptionId":"listen"},"status":"completed","taskId":"{{{id}}}","result":{"content":[],"n":1.0}}""",
            told.GetProperty("params").GetRawText());

        // The gateway's own watch of the lists may begin before or after it.
        var request = Assert.Single(upstream.Requests.Of("subscriptions/listen"), static listen => listen.Params.GetProperty("notifications").TryGetProperty("taskIds", out _));
        Assert.Equal("""{"taskIds":["secret-1"]}""", request.Params.GetProperty("notifications").GetRawText());
        Assert.Equal(Extension, request.Meta("io.modelcontextprotocol/clientCapabilities").GetRawText());

        await stream.DisposeAsync();
        await upstream.WaitUntilAsync(open => open.OpenStreams <= 1, "only the gateway's own watch is left", Cancellation);
    }

    /// <summary>The last state of a task comes once; what happened while the server could not be heard is asked for.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("up")]
    public async Task Task_EndsWhileTheServersStreamIsCut_IsToldAfterwards(string? alias)
    {
        var upstream = await StartAsync("up");
        var client = await DeclaringAsync(alias);
        var id = (await client.CallToolAsync(alias is null ? "up__work" : "work", Cancellation)).Result.GetProperty("taskId").GetString();
        var stream = Own(await OpenStream.ListenAsync(Gateway.Http, Gateway.Mcp(alias), client, $$"""{"taskIds":["{{id}}"]}""", Cancellation));
        upstream.On("tasks/get", Answers.Result(
            """{"resultType":"complete","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"x","version":"1"},"v":1},"taskId":"secret-1","status":"completed","ttlMs":1.0,"result":{"content":[],"n":1.0}}"""));
        upstream.CutStreams();

        var told = await stream.NextAsync(Cancellation);
        Assert.Equal("notifications/tasks", told.GetProperty("method").GetString());
        Assert.Equal(
            $$$"""{"_meta":{"io.modelcontextprotocol/subscriptionId":"listen","v":1},"taskId":"{{{id}}}","status":"completed","ttlMs":1.0,"result":{"content":[],"n":1.0}}""",
            told.GetProperty("params").GetRawText());
        var request = Assert.Single(upstream.Requests.Of("tasks/get"));
        Assert.Equal(("secret-1", Extension), (request.Headers["Mcp-Name"], request.Meta("io.modelcontextprotocol/clientCapabilities").GetRawText()));
    }

    /// <summary>What a task ends with names resources as the answer to a call does: here that of the later of two servers with one URI.</summary>
    [Theory]
    [InlineData(null, "mcp+up:test://one")]
    [InlineData("up", "test://one")]
    public async Task Task_ResultThatNamesAResource_NamesItAsTheClientKnowsIt(string? alias, string expected)
    {
        const string Done = """{"resultType":"complete","taskId":"secret-1","status":"completed","result":{"content":[{"type":"resource_link","name":"n","uri":"test://one"}]}}""";
        await Gateway.Registry.AddAsync("first", Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation)).Url, Cancellation);
        var upstream = await StartAsync("up", ",\"resources\":{}", static up => up
            .On("resources/list", ListAnswers.Page("resources", """[{"uri":"test://one","name":"one"}]""")).On("resources/templates/list", ListAnswers.Page("resourceTemplates", "[]"))
            .On("tasks/get", Answers.Result(Done)));
        var client = await DeclaringAsync(alias);
        var id = (await client.CallToolAsync(alias is null ? "up__work" : "work", Cancellation)).Result.GetProperty("taskId").GetString();
        var got = await client.CallAsync("tasks/get", Cancellation, $"\"taskId\":\"{id}\"");
        Assert.Equal(expected, got.Result.GetProperty("result").GetProperty("content")[0].GetProperty("uri").GetString());
        var stream = Own(await OpenStream.ListenAsync(Gateway.Http, Gateway.Mcp(alias), client, $$"""{"taskIds":["{{id}}"]}""", Cancellation));
        await upstream.PushAsync("notifications/tasks", Done);
        var told = (await stream.NextAsync(Cancellation)).GetProperty("params");
        Assert.Equal(id, told.GetProperty("taskId").GetString());
        Assert.Equal(expected, told.GetProperty("result").GetProperty("content")[0].GetProperty("uri").GetString());
    }

    [Fact]
    public async Task Task_ListenedWithoutTheExtension_IsRefused()
    {
        await StartAsync("up");
        var answer = await (await OpenAsync(Era.Modern)).CallAsync("subscriptions/listen", Cancellation, "\"notifications\":{\"taskIds\":[\"x\"]}");
        Assert.Equal((HttpStatusCode.BadRequest, -32021), (answer.Status, answer.Error.GetProperty("code").GetInt32()));
    }

    [Fact]
    public async Task Task_HeaderThatNamesAnother_IsRefused()
    {
        await StartAsync("up");
        var client = await DeclaringAsync(null);
        var request = client.Write("1", "tasks/get", "\"taskId\":\"a\"");
        var answer = await client.PostAsync(
            request, [("MCP-Protocol-Version", RawClient.ModernVersion), ("Mcp-Method", "tasks/get"), ("Mcp-Name", "b")], Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(-32020, answer.Error.GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Task_ClientThatDoesNotDeclareTasks_IsRefusedWith400()
    {
        await StartAsync("up");
        var answer = await (await OpenAsync(Era.Modern, "up")).CallAsync("tasks/get", Cancellation, "\"taskId\":\"x\"");
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(-32021, answer.Error.GetProperty("code").GetInt32());
    }

    /// <summary>A server hears of the extension only from those who can use it.</summary>
    [Fact]
    public async Task Call_LegacyClient_RunsWithoutTheExtension()
    {
        var upstream = await StartAsync("up");
        upstream.On("tools/call", Answers.Result("""{"resultType":"complete","content":[]}"""));
        var client = await RawClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Era.Legacy, Cancellation, """{"tasks":{},"extensions":{"io.modelcontextprotocol/tasks":{}}}""");
        await client.CallToolAsync("up__work", Cancellation);
        Assert.Equal("{}", upstream.Requests.Of("tools/call")[0].Meta("io.modelcontextprotocol/clientCapabilities").GetRawText());

        upstream.On("tools/call", Answers.Error(-32021, "tasks only", status: 400));
        Assert.Equal(-32603, (await client.CallToolAsync("up__work", Cancellation)).Error.GetProperty("code").GetInt32());
        Assert.False((await client.InitializeAsync(Cancellation)).Result.GetProperty("capabilities").TryGetProperty("extensions", out _));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("up")]
    public async Task Discover_ServerWithTasks_OffersThem(string? alias)
    {
        await StartAsync("up");
        var answer = await (await OpenAsync(Era.Modern, alias)).CallAsync("server/discover", Cancellation);
        Assert.Equal("""{"io.modelcontextprotocol/tasks":{}}""", answer.Result.GetProperty("capabilities").GetProperty("extensions").GetRawText());
    }

    /// <summary>Tasks of the session revisions are not relayed: nobody could call such a tool.</summary>
    [Theory]
    [MemberData(nameof(Eras))]
    public async Task LegacyToolThatRunsAsATaskOnly_IsHidden(Era era)
    {
        var upstream = Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation));
        upstream.On("tools/list", ListAnswers.Page("tools", """[{"name":"slow","inputSchema":{},"execution":{"taskSupport":"required"}},{"name":"work","inputSchema":{},"execution":{"taskSupport":"optional"}}]"""));
        await Gateway.Registry.AddAsync("up", upstream.Url, Cancellation);
        foreach (var (alias, prefix) in new[] { ("up", ""), (null, "up__") })
        {
            var client = await OpenAsync(era, alias);
            var tools = (await client.CallAsync("tools/list", Cancellation)).Result.GetProperty("tools").EnumerateArray();
            Assert.Equal(prefix + "work", Assert.Single(tools).GetProperty("name").GetString());
            Assert.Equal("unknown_tool", (await client.CallToolAsync(prefix + "slow", Cancellation)).Reason);
            await client.CallAsync("tools/call", Cancellation, $"\"name\":\"{prefix}work\",\"task\":{{\"ttl\":1}},\"arguments\":{{}}");
        }

        Assert.Equal(2, upstream.Requests.Of("tools/call").Count);
        Assert.All(upstream.Requests.Of("tools/call"), static call => Assert.False(call.Params.TryGetProperty("task", out _)));
    }

    private async Task<ScriptedUpstream> StartAsync(string alias, string capabilities = "", Action<ScriptedUpstream>? more = null)
    {
        var upstream = Own(await ScriptedUpstream.StartAsync(UpstreamOptions.Modern with { Capabilities = $"{{\"tools\":{{}}{capabilities},{Extension[1..]}" }, Cancellation));
        upstream
            .On("tools/list", ListAnswers.Page("tools", $"[{ScriptedServers.Tool}]"))
            .On("tools/call", Answers.Result($"{{\"resultType\":\"task\",\"taskId\":\"secret-1\",{State}"))
            .On("tasks/get", Answers.Result($"{{\"resultType\":\"complete\",\"taskId\":\"secret-1\",{State}"))
            .On("tasks/update", Answers.Result("""{"resultType":"complete"}"""))
            .On("tasks/cancel", Answers.Result("""{"resultType":"complete"}"""));
        more?.Invoke(upstream);
        await Gateway.Registry.AddAsync(alias, upstream.Url, Cancellation);
        return upstream;
    }

    private Task<RawClient> DeclaringAsync(string? alias) => RawClient.OpenAsync(Gateway.Http, Gateway.Mcp(alias), Era.Modern, Cancellation, Extension);
}
