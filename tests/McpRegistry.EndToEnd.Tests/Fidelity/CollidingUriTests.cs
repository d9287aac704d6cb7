using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Fidelity;

/// <summary>Two servers list the same URIs: on the merged endpoint the later one's are wrapped, wherever it or a client names them.</summary>
public sealed class CollidingUriTests : EndToEndTest
{
    /// <summary>What is not listed, what a tool says in its own words and what the tool was asked for are no URIs of ours.</summary>
    private const string Content = """
        {"content":[{"type":"resource_link","name":"n","uri":"test://one"},{"type":"resource","resource":{"text":"t", "uri":"test:\/\/many/9"}},
        {"type":"resource_link","name":"n","uri":"https://example.com/"},{"type":"text","text":"test://one"}],"structuredContent":{"uri":"test://one","type":"resource_link"},
        "_meta":{"ui":{"resourceUri":"test://one"}}}
        """;

    private const string Messages = """{"messages":[{"role":"user","content":{"type":"resource","resource":{"uri":"test://one","text":"t"}}}]}""";

    /// <summary>A server and the URIs that clients see of it: the first in the order of the aliases keeps its own.</summary>
    public static TheoryData<Era, Era, string, string> Owners
    {
        get
        {
            var data = new TheoryData<Era, Era, string, string>();
            foreach (var (client, server) in Pairs.Select(static row => row.Data))
            {
                data.Add(client, server, "a", "");
                data.Add(client, server, "b", "mcp+b:");
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Lists_SameUriTwice_HaveBothUnderTheirOwn(Era client, Era server)
    {
        await StartBothAsync(server);
        var merged = await OpenAsync(client);
        Assert.Equal(["test://one", "mcp+b:test://one"], await KeysAsync(merged, "resources/list", "resources", "uri"));
        Assert.Equal(["test://many/{id}", "mcp+b:test://many/{id}"], await KeysAsync(merged, "resources/templates/list", "resourceTemplates", "uriTemplate"));
        var single = await OpenAsync(client, "b");
        Assert.Equal(["test://one"], await KeysAsync(single, "resources/list", "resources", "uri"));
        Assert.Equal(["test://many/{id}"], await KeysAsync(single, "resources/templates/list", "resourceTemplates", "uriTemplate"));
    }

    [Theory]
    [MemberData(nameof(Owners))]
    public async Task Read_Uri_ReachesItsServerAndComesBackUnderIt(Era client, Era server, string alias, string prefix)
    {
        var (asked, other) = await StartBothAsync(server, alias);
        var merged = await OpenAsync(client);
        foreach (var uri in new[] { "test://one", "test://many/7" })
        {
            var read = await merged.CallAsync("resources/read", Cancellation, $"\"x\":1,\"uri\":\"{prefix}{uri}\"");
            Assert.Equal([prefix + uri, prefix + uri + "/child"], read.Result.GetProperty("contents").EnumerateArray().Select(static part => part.GetProperty("uri").GetString()));
        }

        Assert.Empty(other.Requests.Of("resources/read"));
        var requests = asked.Requests.Of("resources/read");
        Assert.Equal(["test://one", "test://many/7"], requests.Select(static request => request.Params.GetProperty("uri").GetString()));
        Assert.All(requests, request => Assert.Equal(server == Era.Modern ? request.Params.GetProperty("uri").GetString() : null, request.Headers.GetValueOrDefault("Mcp-Name")));
        Assert.All(requests, static request => Assert.Equal(1, request.Params.GetProperty("x").GetInt32()));
    }

    [Theory]
    [MemberData(nameof(Owners))]
    public async Task Results_ThatNameResources_NameThemAsClientsKnowThem(Era client, Era server, string alias, string prefix)
    {
        var (asked, _) = await StartBothAsync(server, alias);
        var merged = await OpenAsync(client);
        var result = (await merged.CallToolAsync($"{alias}__work", Cancellation)).Result;
        var content = result.GetProperty("content");
        Assert.Equal(prefix + "test://one", content[0].GetProperty("uri").GetString());
        Assert.Equal(prefix + "test://many/9", content[1].GetProperty("resource").GetProperty("uri").GetString());
        Assert.Equal("https://example.com/", content[2].GetProperty("uri").GetString());
        Assert.Equal("test://one", content[3].GetProperty("text").GetString());
        Assert.Equal("""{"uri":"test://one","type":"resource_link"}""", result.GetProperty("structuredContent").GetRawText());
        Assert.Equal(prefix + "test://one", result.GetProperty("_meta").GetProperty("ui").GetProperty("resourceUri").GetString());

        var prompt = (await merged.CallAsync("prompts/get", Cancellation, $"\"name\":\"{alias}__ask\"")).Result.GetProperty("messages")[0];
        Assert.Equal(prefix + "test://one", prompt.GetProperty("content").GetProperty("resource").GetProperty("uri").GetString());
        await merged.CallAsync("completion/complete", Cancellation, $$"""
            "ref":{"type":"ref/resource","uri":"{{prefix}}test://many/{id}"},"argument":{"name":"id","value":"b"}
            """);
        Assert.Equal("test://many/{id}", Assert.Single(asked.Requests.Of("completion/complete")).Params.GetProperty("ref").GetProperty("uri").GetString());

        var single = await OpenAsync(client, alias);
        Assert.Equal("test://one", (await single.CallToolAsync("work", Cancellation)).Result.GetProperty("content")[0].GetProperty("uri").GetString());
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Error_AboutAResource_NamesItAsItWasAskedFor(Era client, Era server)
    {
        var (asked, _) = await StartBothAsync(server, "b");
        asked.On("resources/read", Answers.Error(server == Era.Modern ? -32602 : -32002, "not here", """{"uri":"test://one"}"""));
        var error = (await (await OpenAsync(client)).CallAsync("resources/read", Cancellation, "\"uri\":\"mcp+b:test://one\"")).Error;
        Assert.Equal("not here", error.GetProperty("message").GetString());
        Assert.Equal("mcp+b:test://one", error.GetProperty("data").GetProperty("uri").GetString());
    }

    /// <summary>The later server's tool shows its own interface, not that of the first.</summary>
    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task App_SameInterfaceTwice_IsEachToolsOwn(Era client, Era server)
    {
        var (_, later) = await StartBothAsync(server, "a", static upstream => upstream.On("tools/list", ListAnswers.Page(
            "tools", """[{"name":"show","inputSchema":{},"_meta":{"ui":{"resourceUri":"ui://main"},"ui/resourceUri":"ui://main"}}]""")));
        var merged = await OpenAsync(client);
        var tools = (await merged.CallAsync("tools/list", Cancellation)).Result.GetProperty("tools").EnumerateArray().Select(static tool => tool.GetProperty("_meta").GetRawText());
        Assert.Equal(
            ["""{"ui":{"resourceUri":"ui://main"},"ui/resourceUri":"ui://main"}""", """{"ui":{"resourceUri":"mcp+b:ui://main"},"ui/resourceUri":"mcp+b:ui://main"}"""], tools);
        await merged.CallAsync("resources/read", Cancellation, "\"uri\":\"mcp+b:ui://main\"");
        Assert.Equal("ui://main", Assert.Single(later.Requests.Of("resources/read")).Params.GetProperty("uri").GetString());
    }

    /// <summary>What the cache keeps is what the server said; each endpoint shows it by its own names.</summary>
    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Read_KeptAnswer_IsSharedAndNamedForItsEndpoint(Era client)
    {
        var (asked, _) = await StartBothAsync(Era.Modern, "b");
        asked.On("resources/read", Answers.Result("""{"resultType":"complete","ttlMs":3600000,"cacheScope":"public","contents":[{"uri":"test://one","text":"1"}]}"""));
        var (merged, single) = (await OpenAsync(client), await OpenAsync(client, "b"));
        for (var i = 0; i < 2; i++)
        {
            var wrapped = (await merged.CallAsync("resources/read", Cancellation, "\"uri\":\"mcp+b:test://one\"")).Result;
            Assert.Equal("mcp+b:test://one", wrapped.GetProperty("contents")[0].GetProperty("uri").GetString());
            Assert.Equal(client == Era.Modern, wrapped.TryGetProperty("ttlMs", out _));
            var plain = (await single.CallAsync("resources/read", Cancellation, "\"uri\":\"test://one\"")).Result;
            Assert.Equal("test://one", plain.GetProperty("contents")[0].GetProperty("uri").GetString());
        }

        Assert.Single(asked.Requests.Of("resources/read"));
    }

    /// <summary>A server that is away keeps its URIs: nobody must get another server's resource under them.</summary>
    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Read_OwnerIsAway_IsNotAnsweredByTheOther(Era client)
    {
        var (first, later) = await StartBothAsync(Era.Legacy);
        var merged = await OpenAsync(client);
        await first.DisposeAsync();
        await Gateway.Registry.WaitAsync("a", "unhealthy", Cancellation);
        Assert.Equal(["mcp+b:test://one"], await KeysAsync(merged, "resources/list", "resources", "uri"));
        var answer = await merged.CallAsync("resources/read", Cancellation, "\"uri\":\"test://one\"");
        Assert.Equal("a", answer.Error.GetProperty("data").GetProperty("upstream").GetString());
        Assert.True((await merged.CallAsync("resources/read", Cancellation, "\"uri\":\"mcp+b:test://one\"")).Result.TryGetProperty("contents", out _));
        Assert.Single(later.Requests.Of("resources/read"));
    }

    private async Task<(ScriptedUpstream Asked, ScriptedUpstream Other)> StartBothAsync(Era era, string alias = "a", Action<ScriptedUpstream>? more = null)
    {
        var both = new List<ScriptedUpstream>();
        foreach (var name in new[] { "a", "b" })
        {
            var upstream = Own(await ScriptedServers.StartAsync(era, Cancellation));
            both.Add(upstream);
            upstream
                .On("resources/read", exchange =>
                {
                    var uri = exchange.Request.Params.GetProperty("uri").GetString();
                    return exchange.ResultAsync(ScriptedServers.Complete(era, $$"""{"contents":[{"uri":"{{uri}}","text":"1"},{"uri":"{{uri}}/child","text":"2"}]}"""));
                })
                .On("tools/call", Answers.Result(ScriptedServers.Complete(era, Content)))
                .On("prompts/get", Answers.Result(ScriptedServers.Complete(era, Messages)))
                .On("completion/complete", Answers.Result(ScriptedServers.Complete(era, """{"completion":{"values":["x"]}}""")));
            more?.Invoke(upstream);
            await Gateway.Registry.AddAsync(name, upstream.Url, Cancellation);
        }

        return alias == "a" ? (both[0], both[1]) : (both[1], both[0]);
    }

    private static async Task<string[]> KeysAsync(RawClient client, string method, string array, string member) =>
        [.. (await client.CallAsync(method, Cancellation)).Result.GetProperty(array).EnumerateArray().Select(entry => entry.GetProperty(member).GetString()!)];
}
