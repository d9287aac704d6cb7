using System.Net;
using System.Text.Json;
using McpRegistry.EndToEnd.Tests.AccessControl;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Routing;

/// <summary>A test with several servers that have the same items, and with rules among them.</summary>
public abstract class RoutingTest : AccessTest
{
    protected const string RoutesPath = "/api/v1/routing-rules";

    /// <summary>What a client declares that takes tasks.</summary>
    protected const string Tasks = """{"extensions":{"io.modelcontextprotocol/tasks":{}}}""";

    /// <summary>What a client declares that answers questions.</summary>
    protected const string Everything = """{"elicitation":{"form":{}}}""";

    /// <summary>The <c>inputRequests</c> of a server that asks.</summary>
    protected const string Asked = "{\"q\":{\"method\":\"elicitation/create\",\"params\":{\"mode\":\"form\",\"message\":\"Who?\",\"requestedSchema\":{\"type\":\"object\",\"properties\":{}}}}}";

    /// <summary>The member with which a client answers.</summary>
    protected const string Answered = "\"inputResponses\":{\"q\":{\"action\":\"accept\",\"content\":{}}}";

    /// <summary>Adds a server whose tool, prompt and resource answer with its alias.</summary>
    private protected async Task<ScriptedUpstream> AddTwinAsync(string alias, Era era = Era.Modern, string annotations = "", int port = 0)
    {
        var upstream = Own(await ScriptedServers.StartAsync(era, Cancellation, port));
        upstream
            .On("tools/list", ListAnswers.Page("tools", $$"""[{"name":"work","inputSchema":{"type":"object"}{{annotations}}}]"""))
            .On("tools/call", Answers.Result(ScriptedServers.Complete(era, $$"""{"content":[{"type":"text","text":"{{alias}}"},{"type":"resource_link","uri":"test://one","name":"one"}]}""")))
            .On("prompts/get", Answers.Result(ScriptedServers.Complete(era, $$"""{"messages":[{"role":"user","content":{"type":"text","text":"{{alias}}"} }]}""")))
            .On("resources/read", Answers.Result(ScriptedServers.Complete(era, $$"""{"contents":[{"uri":"test://one","text":"{{alias}}"}]}""")));
        await Gateway.Registry.AddAsync(alias, upstream.Url, Cancellation);
        return upstream;
    }

    private protected async Task<JsonElement> AddRouteAsync(string targets, string conditions = "{}", string more = "", HttpClient? http = null)
    {
        var (status, body) = await SendAsync(
            http ?? Gateway.Http, HttpMethod.Post, RoutesPath, $$"""{"name":"{{Guid.CreateVersion7()}}","conditions":{{conditions}},"targets":{{targets}}{{more}}}""");
        Assert.True(status == HttpStatusCode.Created, body);
        return JsonElement.Parse(body);
    }

    private protected Task DeleteRouteAsync(JsonElement rule) => SendAsync(Gateway.Http, HttpMethod.Delete, $"{RoutesPath}/{rule.GetProperty("id").GetGuid()}");

    /// <summary>Calls the tool that all of them have, and tells who answered.</summary>
    private protected static async Task<string?> WhoAsync(RawClient client, string tool = "a__work") => Text(await client.CallToolAsync(tool, Cancellation));

    private protected static string? Text(McpAnswer answer)
    {
        Assert.True(answer.Body.Contains("\"result\"", StringComparison.Ordinal), answer.Body);
        return answer.Result.GetProperty("content")[0].GetProperty("text").GetString();
    }

    private protected static int Calls(ScriptedUpstream upstream, string method = "tools/call") => upstream.Requests.All.Count(request => request.Method == method);

    private protected async Task<JsonElement> ExplainAsync(string request, HttpClient? http = null)
    {
        var (status, body) = await SendAsync(http ?? Gateway.Http, HttpMethod.Post, "/api/v1/router/explain", request);
        Assert.True(status == HttpStatusCode.OK, body);
        return JsonElement.Parse(body);
    }

    private protected async Task<JsonElement> DryRunAsync(string request)
    {
        var (status, body) = await SendAsync(Gateway.Http, HttpMethod.Post, $"{RoutesPath}/dry-run", request);
        Assert.True(status == HttpStatusCode.OK, body);
        return JsonElement.Parse(body);
    }

    /// <summary>Adds the server <c>b</c> with two endpoints that know tasks, and waits until both are connected.</summary>
    private protected async Task<(ScriptedUpstream One, ScriptedUpstream Two)> AddPairAsync(Func<string, UpstreamHandler> call, string annotations = "")
    {
        var (one, two) = (await StartTaskServerAsync(call("one"), annotations), await StartTaskServerAsync(call("two"), annotations));
        await Gateway.Registry.RegisterAsync(EndpointsOf("b", one, two), Cancellation);
        await Gateway.Registry.WaitAsync("b", "healthy", Cancellation);
        foreach (var upstream in (ScriptedUpstream[])[one, two])
        {
            await upstream.WaitUntilAsync(static one => one.Requests.All.Any(static request => request.Method == "subscriptions/listen"), "it is connected", Cancellation);
        }

        return (one, two);
    }

    private protected async Task<ScriptedUpstream> StartTaskServerAsync(UpstreamHandler call, string annotations = "")
    {
        var upstream = Own(await ScriptedUpstream.StartAsync(UpstreamOptions.Modern with { Capabilities = $"{{\"tools\":{{}},{Tasks[1..]}" }, Cancellation));
        return upstream.On("tools/call", call).On("tools/list", ListAnswers.Page("tools", $"[{ScriptedServers.Tool[..^1]}{annotations}}}]"));
    }

    /// <summary>Writes the definition of a server with these endpoints.</summary>
    private protected static string EndpointsOf(string alias, params ScriptedUpstream[] endpoints) =>
        $$"""{"name":"{{alias}}","alias":"{{alias}}","endpoints":[{{string.Join(',', endpoints.Select(static one => $"{{\"url\":\"{one.Url}\"}}"))}}]}""";

    /// <summary>Gives a server another definition.</summary>
    private protected async Task ReplaceAsync(string alias, string definition)
    {
        var id = (await Gateway.Registry.FindAsync(alias, Cancellation)).GetProperty("id").GetGuid();
        var (status, body) = await SendAsync(Gateway.Http, HttpMethod.Put, $"/api/v1/servers/{id}", definition);
        Assert.True(status == HttpStatusCode.OK, body);
    }
}
