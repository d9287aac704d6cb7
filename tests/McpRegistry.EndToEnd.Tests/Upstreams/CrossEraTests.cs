using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Upstreams;

/// <summary>Every method works between a client and an upstream of any two eras, on both endpoints.</summary>
public sealed class CrossEraTests : EndToEndTest
{
    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Lists_AnyPairOfEras_AreNamedForTheMergedEndpointOnly(Era client, Era upstream)
    {
        await StartAsync(upstream);
        var merged = await OpenAsync(client);
        var single = await OpenAsync(client, "up");
        Assert.Equal("up__work", await FirstAsync(merged, "tools/list", "tools", "name"));
        Assert.Equal("work", await FirstAsync(single, "tools/list", "tools", "name"));
        Assert.Equal("up__ask", await FirstAsync(merged, "prompts/list", "prompts", "name"));
        Assert.Equal("ask", await FirstAsync(single, "prompts/list", "prompts", "name"));
        foreach (var endpoint in new[] { merged, single })
        {
            Assert.Equal("test://one", await FirstAsync(endpoint, "resources/list", "resources", "uri"));
            Assert.Equal("test://many/{id}", await FirstAsync(endpoint, "resources/templates/list", "resourceTemplates", "uriTemplate"));
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Requests_AnyPairOfEras_ReachTheUpstreamUnderItsOwnNames(Era client, Era upstream)
    {
        var server = await StartAsync(upstream);
        server
            .On("resources/read", Answers.Result(ScriptedServers.Complete(upstream, """{"contents":[{"uri":"test://one","text":"1"}]}""", cacheable: true)))
            .On("prompts/get", Answers.Result(ScriptedServers.Complete(upstream, """{"messages":[]}""")))
            .On("completion/complete", Answers.Result(ScriptedServers.Complete(upstream, """{"completion":{"values":["x"]}}""")));
        var merged = await OpenAsync(client);
        AssertForm(client, await merged.CallToolAsync("up__work", Cancellation), cacheable: false);
        AssertForm(client, await merged.CallAsync("resources/read", Cancellation, "\"uri\":\"test://one\""), cacheable: true);
        AssertForm(client, await merged.CallAsync("resources/read", Cancellation, "\"uri\":\"test://many/7\""), cacheable: true);
        AssertForm(client, await merged.CallAsync("prompts/get", Cancellation, "\"name\":\"up__ask\""), cacheable: false);
        AssertForm(client, await merged.CallAsync(
            "completion/complete", Cancellation, Completion("""{"type":"ref/prompt","name":"up__ask"}""")), cacheable: false);
        AssertForm(client, await merged.CallAsync(
            "completion/complete", Cancellation, Completion("""{"type":"ref/resource","uri":"test://many/{id}"}""")), cacheable: false);

        Assert.Equal("work", server.Requests.Of("tools/call")[0].Params.GetProperty("name").GetString());
        Assert.Equal("ask", server.Requests.Of("prompts/get")[0].Params.GetProperty("name").GetString());
        Assert.Equal("ask", server.Requests.Of("completion/complete")[0].Params.GetProperty("ref").GetProperty("name").GetString());
        Assert.Equal("test://many/7", server.Requests.Of("resources/read")[1].Params.GetProperty("uri").GetString());
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Progress_AnyPairOfEras_ComesUnderTheClientsToken(Era client, Era upstream)
    {
        var server = await StartAsync(upstream);
        server.On("tools/call", Answers.WithProgress(3, ScriptedServers.Complete(upstream, """{"content":[]}""")));
        var answer = await (await OpenAsync(client)).CallToolAsync("up__work", Cancellation, meta: "\"progressToken\":\"mine-1\"");
        var progress = answer.Notifications("notifications/progress");
        Assert.Equal([1, 2, 3], progress.Select(message => message.GetProperty("params").GetProperty("progress").GetInt32()));
        Assert.All(progress, message => Assert.Equal("mine-1", message.GetProperty("params").GetProperty("progressToken").GetString()));
        Assert.NotEqual("\"mine-1\"", server.Requests.Of("tools/call")[0].ProgressToken);
        AssertForm(client, answer, cacheable: false);
    }

    /// <summary>Servers that show progress may take longer, whether or not their caller wants to see it.</summary>
    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Progress_ClientWantsNone_IsAskedForAndNotPassedOn(Era client, Era upstream)
    {
        var server = await StartAsync(upstream);
        server.On("tools/call", Answers.WithProgress(3, ScriptedServers.Complete(upstream, """{"content":[]}""")));
        var answer = await (await OpenAsync(client)).CallToolAsync("up__work", Cancellation);
        Assert.NotNull(server.Requests.Of("tools/call")[0].ProgressToken);
        Assert.Empty(answer.Notifications("notifications/progress"));
        AssertForm(client, answer, cacheable: false);
    }

    /// <summary>A result comes from whoever has the endpoint; earlier revisions know no such thing.</summary>
    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Results_AnyPairOfEras_NameWhoAnswers(Era client, Era upstream)
    {
        const string Contents = """{"contents":[{"uri":"test://one","text":"1"}],"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"theirs","version":"1"},"v/k":1}}""";
        (await StartAsync(upstream)).On("resources/read", Answers.Result(ScriptedServers.Complete(upstream, Contents, cacheable: true)));
        foreach (var alias in new[] { null, "up" })
        {
            var raw = await OpenAsync(client, alias);
            for (var times = 0; times < 2; times++)
            {
                var meta = (await raw.CallAsync("resources/read", Cancellation, "\"uri\":\"test://one\"")).Result.GetProperty("_meta");
                Assert.Equal(1, meta.GetProperty("v/k").GetInt32());
                var name = meta.TryGetProperty("io.modelcontextprotocol/serverInfo", out var info) ? info.GetProperty("name").GetString() : null;
                var expected = client == Era.Modern && alias is null ? "McpRegistry" : client == Era.Legacy && upstream == Era.Modern ? null : "theirs";
                Assert.Equal(expected, name);
            }
        }
    }

    [Fact]
    public async Task SetLevel_OpenSession_IsTakenThereAtOnce()
    {
        var server = await StartAsync(Era.Legacy);
        var raw = await OpenAsync(Era.Legacy);
        await raw.CallToolAsync("up__work", Cancellation);
        await raw.CallAsync("logging/setLevel", Cancellation, "\"level\":\"error\"");
        Assert.Equal("error", (await server.Requests.WaitAsync("logging/setLevel", Cancellation)).Params.GetProperty("level").GetString());
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task LogMessages_AnyPairOfEras_ComeFromTheLevelThatTheClientAskedFor(Era client, Era upstream)
    {
        var server = await StartAsync(upstream);
        server.On("tools/call", async exchange =>
        {
            await exchange.LogAsync("debug", "\"too quiet\"");
            await exchange.LogAsync("error", "\"loud\"");
            await exchange.ResultAsync(ScriptedServers.Complete(upstream, """{"content":[]}"""));
        });
        var raw = await OpenAsync(client);
        if (client == Era.Legacy)
        {
            await raw.CallAsync("logging/setLevel", Cancellation, "\"level\":\"warning\"");
        }

        var meta = client == Era.Modern ? "\"io.modelcontextprotocol/logLevel\":\"warning\"" : "";
        var answer = await raw.CallToolAsync("up__work", Cancellation, meta: meta);
        var heard = Assert.Single(answer.Notifications("notifications/message"));
        Assert.Equal("loud", heard.GetProperty("params").GetProperty("data").GetString());

        var asked = upstream == Era.Modern
            ? server.Requests.Of("tools/call")[0].Meta("io.modelcontextprotocol/logLevel")
            : server.Requests.Of("logging/setLevel")[0].Params.GetProperty("level");
        Assert.Equal("warning", asked.GetString());
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Errors_AnyPairOfEras_ComeInTheFormOfTheClientsEra(Era client, Era upstream)
    {
        var server = await StartAsync(upstream);
        server
            .On("tools/call", Answers.Error(-32602, "no such argument", """{"hint":"x"}"""))
            .On("resources/read", upstream == Era.Modern
                ? Answers.Error(-32602, "not here", """{"uri":"test://one"}""")
                : Answers.Error(-32002, "not here", """{"uri":"test://one"}"""));
        var raw = await OpenAsync(client);
        var refused = (await raw.CallToolAsync("up__work", Cancellation)).Error;
        Assert.Equal(-32602, refused.GetProperty("code").GetInt32());
        Assert.Equal("""{"hint":"x"}""", refused.GetProperty("data").GetRawText());
        var missing = (await raw.CallAsync("resources/read", Cancellation, "\"uri\":\"test://one\"")).Error;
        Assert.Equal(client == Era.Legacy && upstream == Era.Legacy ? -32002 : -32602, missing.GetProperty("code").GetInt32());
        Assert.Equal("test://one", missing.GetProperty("data").GetProperty("uri").GetString());
    }

    private static string Completion(string reference) => $$"""
        "ref":{{reference}},"argument":{"name":"a","value":"b"}
        """;

    private async Task<ScriptedUpstream> StartAsync(Era era)
    {
        var server = Own(await ScriptedServers.StartAsync(era, Cancellation));
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation);
        return server;
    }

    private static async Task<string?> FirstAsync(RawClient client, string method, string array, string member)
    {
        var answer = await client.CallAsync(method, Cancellation);
        AssertForm(client.Era, answer, cacheable: true);
        return answer.Result.GetProperty(array)[0].GetProperty(member).GetString();
    }

    /// <summary>A modern client finds the members of its era; a legacy one finds none of them.</summary>
    private static void AssertForm(Era client, McpAnswer answer, bool cacheable)
    {
        var result = answer.Result;
        Assert.Equal(client == Era.Modern, result.TryGetProperty("resultType", out _));
        Assert.Equal(client == Era.Modern && cacheable, result.TryGetProperty("ttlMs", out _));
        Assert.Equal(client == Era.Modern && cacheable, result.TryGetProperty("cacheScope", out _));
        Assert.Equal(JsonValueKind.Number, answer.Response.GetProperty("id").ValueKind);
    }
}
