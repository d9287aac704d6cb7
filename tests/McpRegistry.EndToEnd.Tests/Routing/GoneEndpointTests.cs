using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Routing;

/// <summary>What an endpoint has begun is lost when it is taken out of its server; no other one is asked in its place.</summary>
public sealed class GoneEndpointTests : RoutingTest
{
    private const string TaskState = "\"status\":\"working\",\"ttlMs\":60000}";

    private protected override GatewaySetup Setup => new()
    {
        // The two connect at different times.
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Balancing:SlowStart"] = "00:00:00" },
    };

    /// <summary>The ids of servers that count are the same at each endpoint.</summary>
    [Theory]
    [InlineData("tasks/get", false)]
    [InlineData("tasks/get", true)]
    [InlineData("tasks/cancel", false)]
    [InlineData("tasks/update", true)]
    public async Task TaskRequest_EndpointIsGone_IsUnknown(string method, bool others)
    {
        var (one, two) = await AddPairAsync(static _ => Answers.Result("""{"resultType":"task","taskId":"1",""" + TaskState));
        var more = await StartTaskServerAsync(Answers.Never);
        var client = await RawClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Era.Modern, Cancellation, Tasks);
        var id = (await client.CallToolAsync("b__work", Cancellation)).Result.GetProperty("taskId").GetString();
        var (has, other) = Calls(one) == 1 ? (one, two) : (two, one);
        await ReplaceAsync("b", others ? EndpointsOf("b", other, more) : EndpointsOf("b", other));

        var answer = await client.CallAsync(method, Cancellation, $"\"taskId\":\"{id}\"");

        Assert.Equal(("unknown_task", -32602), (answer.Reason, answer.Error.GetProperty("code").GetInt32()));
        Assert.All([has, other, more], upstream => Assert.Equal(0, Calls(upstream, method)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Retry_EndpointThatAskedIsGone_IsToldToStartOver(bool others)
    {
        var (one, two) = await AddPairAsync(static name => Answers.Result($$"""{"resultType":"input_required","inputRequests":{{Asked}},"requestState":"{{name}}"}"""));
        var more = await StartTaskServerAsync(Answers.Never);
        var client = await RawClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Era.Modern, Cancellation, Everything);
        var state = (await client.CallToolAsync("b__work", Cancellation)).Result.GetProperty("requestState").GetString();
        var other = Calls(one) == 1 ? two : one;
        await ReplaceAsync("b", others ? EndpointsOf("b", other, more) : EndpointsOf("b", other));

        var answer = await client.CallAsync("tools/call", Cancellation, $"\"name\":\"b__work\",\"arguments\":{{}},{Answered},\"requestState\":\"{state}\"");

        Assert.Equal(("state_expired", -32602), (answer.Reason, answer.Error.GetProperty("code").GetInt32()));
        Assert.Equal((0, 0), (Calls(other), Calls(more)));
    }

    [Fact]
    public async Task Listen_TaskOfAGoneEndpoint_IsNotAcknowledged()
    {
        var (one, two) = await AddPairAsync(static _ => Answers.Result("""{"resultType":"task","taskId":"1",""" + TaskState));
        var client = await RawClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Era.Modern, Cancellation, Tasks);
        var id = (await client.CallToolAsync("b__work", Cancellation)).Result.GetProperty("taskId").GetString();
        var other = Calls(one) == 1 ? two : one;
        await ReplaceAsync("b", EndpointsOf("b", other));

        Own(await OpenStream.ListenAsync(Gateway.Http, Gateway.Mcp(), client, $$"""{"taskIds":["{{id}}"]}""", Cancellation, "{}"));

        Assert.DoesNotContain(other.Requests.Of("subscriptions/listen"), static listen => listen.Params.GetProperty("notifications").TryGetProperty("taskIds", out _));
    }

    /// <summary>The server speaks the session era now, which knows no such state.</summary>
    [Fact]
    public async Task Retry_EndpointSpeaksTheOtherEra_IsToldToStartOver()
    {
        var asking = await AddTwinAsync("a");
        asking.On("tools/call", Answers.Result($$"""{"resultType":"input_required","inputRequests":{{Asked}},"requestState":"mine"}"""));
        await AddTwinAsync("o");
        await AddRouteAsync("""{"servers":[{"server":"a"}]}""");
        var client = await RawClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Era.Modern, Cancellation, Everything);
        var state = (await client.CallToolAsync("o__work", Cancellation)).Result.GetProperty("requestState").GetString();
        var port = asking.Url.Port;
        await asking.DisposeAsync();
        await Gateway.Registry.WaitAsync("a", "unhealthy", Cancellation);
        var legacy = Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation, port));
        await Gateway.Registry.WaitAsync("a", "healthy", Cancellation);
        await WaitAsync(async () => (await Gateway.Registry.DescribeAsync("a", Cancellation)).GetRawText().Contains("legacy", StringComparison.Ordinal), "it is known to speak the other era");

        var answer = await client.CallAsync("tools/call", Cancellation, $"\"name\":\"o__work\",\"arguments\":{{}},{Answered},\"requestState\":\"{state}\"");

        Assert.Equal("state_expired", answer.Reason);
        Assert.Equal(0, Calls(legacy));
    }
}
