using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Fidelity;

/// <summary>MCP Apps work through the gateway: what they say is not touched, and they find their server's tools.</summary>
public sealed class AppTests : EndToEndTest
{
    private const string Meta = """{"ui":{"resourceUri":"ui://up/main.html","visibility":["app"], "csp":{"connectDomains":["https://a.example"]}},"ui/resourceUri":"ui://up/main.html"}""";
    private const string Tool = $$"""{"name":"show","inputSchema":{"type":"object"},"_meta":{{Meta}}}""";
    private const string Contents = """{"uri":"ui://up/main.html","mimeType":"text/html;profile=mcp-app","text":"<p>\u003c/p>","_meta":{"ui":{"csp":{"resourceDomains":[]},"permissions":{"camera":{}}}}}""";
    private const string Extension = """{"extensions":{"io.modelcontextprotocol/ui":{"mimeTypes":["text/html;profile=mcp-app"]}}}""";

    /// <summary>Every read has to reach the server.</summary>
    private protected override GatewaySetup Setup => new() { Settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["ResponseCache:Enabled"] = "false" } };

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task App_AnyPairOfEras_IsLeftAsItIs(Era client, Era server)
    {
        var upstream = await StartAsync("up", server, Tool);
        upstream.On("resources/read", Answers.Result(ScriptedServers.Complete(server, $$"""{"contents":[{{Contents}}]}""", cacheable: true)));
        await StartAsync("other", server, ScriptedServers.Tool);
        foreach (var (alias, tool) in new[] { ("up", "show"), (null, "up__show") })
        {
            var host = await RawClient.OpenAsync(Gateway.Http, Gateway.Mcp(alias), client, Cancellation, Extension);
            var listed = (await host.CallAsync("tools/list", Cancellation)).Result.GetProperty("tools").EnumerateArray().Single(entry => entry.GetProperty("name").ValueEquals(tool));
            Assert.Equal(Meta, listed.GetProperty("_meta").GetRawText());

            // No list has the resource; only the tool names it.
            var read = await host.CallAsync("resources/read", Cancellation, "\"uri\":\"ui://up/main.html\"");
            Assert.Equal(Contents, read.Result.GetProperty("contents")[0].GetRawText());
            await host.CallToolAsync("show", Cancellation);
        }

        Assert.Equal(2, upstream.Requests.Of("resources/read").Count);
        var calls = upstream.Requests.Of("tools/call");
        Assert.Equal(["show", "show"], calls.Select(call => call.Params.GetProperty("name").GetString()));
        var declared = server == Era.Modern
            ? calls.Select(call => call.Meta("io.modelcontextprotocol/clientCapabilities"))
            : upstream.Requests.Of("initialize").TakeLast(1).Select(static request => request.Params.GetProperty("capabilities"));
        Assert.All(declared, static capabilities => Assert.Equal(Extension, capabilities.GetRawText()));
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Call_ServersOwnNameThatTwoHave_IsUnknown(Era era)
    {
        await StartAsync("up", era, ScriptedServers.Tool);
        await StartAsync("other", era, ScriptedServers.Tool);
        var answer = await (await OpenAsync(era)).CallToolAsync("work", Cancellation);
        Assert.Equal("unknown_tool", answer.Reason);
    }

    private async Task<ScriptedUpstream> StartAsync(string alias, Era era, string tool)
    {
        var options = era == Era.Modern ? UpstreamOptions.Modern : UpstreamOptions.Legacy;
        var upstream = Own(await ScriptedUpstream.StartAsync(
            options with { Capabilities = """{"tools":{},"resources":{},"extensions":{"io.modelcontextprotocol/ui":{}}}""" }, Cancellation));
        upstream
            .On("tools/list", ListAnswers.Page("tools", $"[{tool}]"))
            .On("resources/list", ListAnswers.Page("resources", "[]"))
            .On("resources/templates/list", ListAnswers.Page("resourceTemplates", "[]"))
            .On("tools/call", Answers.Result(ScriptedServers.Complete(era, """{"content":[]}""")));
        await Gateway.Registry.AddAsync(alias, upstream.Url, Cancellation);
        return upstream;
    }
}
