using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Routing;

/// <summary>Calls are spread over the endpoints of a server, and what one of them has begun goes on there.</summary>
public sealed class EndpointSpreadTests : RoutingTest
{
    private protected override GatewaySetup Setup => new()
    {
        // The two connect at different times.
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Balancing:SlowStart"] = "00:00:00" },
    };

    [Fact]
    public async Task Calls_OfOneServer_AreSpreadByWeight()
    {
        var (one, two) = await AddPairAsync(static _ => Answers.Result(ScriptedServers.Complete(Era.Modern, """{"content":[]}""")));
        var client = await RawClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Era.Modern, Cancellation);

        for (var i = 0; i < 8; i++)
        {
            await client.CallToolAsync("b__work", Cancellation);
        }

        Assert.Equal((4, 4), (Calls(one), Calls(two)));
    }

    [Fact]
    public async Task Question_OfAnEndpoint_IsAnsweredThere()
    {
        var (one, two) = await AddPairAsync(static name => Answers.InOrder(
            Answers.Result($$"""{"resultType":"input_required","inputRequests":{{Asked}},"requestState":"{{name}}"}"""),
            Answers.Result(ScriptedServers.Complete(Era.Modern, $$"""{"content":[{"type":"text","text":"{{name}}"}]}"""))));
        var client = await RawClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Era.Modern, Cancellation, Everything);
        string[] given =
        [
            (await client.CallToolAsync("b__work", Cancellation)).Result.GetProperty("requestState").GetString()!,
            (await client.CallToolAsync("b__work", Cancellation)).Result.GetProperty("requestState").GetString()!,
        ];

        foreach (var state in given.Reverse())
        {
            await client.CallAsync(
                "tools/call", Cancellation, $"\"name\":\"b__work\",\"arguments\":{{}},\"inputResponses\":{{\"q\":{{\"action\":\"accept\",\"content\":{{}}}}}},\"requestState\":\"{state}\"");
        }

        Assert.All(
            [(one, "one"), (two, "two")],
            static pair => Assert.Equal(pair.Item2, pair.Item1.Requests.Of("tools/call")[^1].Params.GetProperty("requestState").GetString()));
    }

    [Fact]
    public async Task Task_OfAnEndpoint_IsAskedAboutThere()
    {
        var (one, two) = await AddPairAsync(static name => Answers.Result($$"""{"resultType":"task","taskId":"{{name}}","status":"working","ttlMs":60000}"""));
        Array.ForEach([one, two], static upstream => upstream.On("tasks/get", Answers.Result("""{"resultType":"complete","taskId":"x","status":"working","ttlMs":60000}""")));
        var client = await RawClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Era.Modern, Cancellation, Tasks);
        string[] ids =
        [
            (await client.CallToolAsync("b__work", Cancellation)).Result.GetProperty("taskId").GetString()!,
            (await client.CallToolAsync("b__work", Cancellation)).Result.GetProperty("taskId").GetString()!,
        ];

        foreach (var id in ids)
        {
            await client.CallAsync("tasks/get", Cancellation, $"\"taskId\":\"{id}\"");
        }

        Assert.Equal("one", Assert.Single(one.Requests.Of("tasks/get")).Params.GetProperty("taskId").GetString());
        Assert.Equal("two", Assert.Single(two.Requests.Of("tasks/get")).Params.GetProperty("taskId").GetString());
    }
}
