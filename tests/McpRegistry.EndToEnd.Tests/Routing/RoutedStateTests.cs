using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Routing;

/// <summary>What one server has begun, no rule takes elsewhere.</summary>
public sealed class RoutedStateTests : RoutingTest
{
    [Theory]
    [InlineData(",\"requestState\":\"mine\"")]
    [InlineData("")]
    public async Task Retry_OfAMovedCall_ComesBackToTheServerThatAsked(string state)
    {
        var a = await AddTwinAsync("a");
        var b = await AddAskingAsync("b", state);
        var rule = await AddRouteAsync("""{"servers":[{"server":"b"}]}""");
        var client = await RawClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Era.Modern, Cancellation, Everything);
        var asked = await client.CallToolAsync("a__work", Cancellation);
        var given = asked.Result.GetProperty("requestState").GetString();
        Assert.NotEqual("mine", given);
        await DeleteRouteAsync(rule);

        var answer = await client.CallAsync("tools/call", Cancellation, $"\"name\":\"a__work\",\"arguments\":{{}},{Answered},\"requestState\":\"{given}\"");

        Assert.Equal("b", Text(answer));
        Assert.Equal((0, 2), (Calls(a), Calls(b)));
        var retried = b.Requests.All.Last(static request => request.Method == "tools/call").Params;
        Assert.Equal(state.Length > 0, retried.TryGetProperty("requestState", out var returned));
        Assert.Equal(state.Length > 0 ? "mine" : "", returned.ValueKind == JsonValueKind.String ? returned.GetString() : "");
    }

    [Fact]
    public async Task Retry_OfACallThatWasNotMoved_StaysWithItsOwner()
    {
        await AddAskingAsync("a", ",\"requestState\":\"mine\"");
        var b = await AddTwinAsync("b");
        var client = await RawClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Era.Modern, Cancellation, Everything);
        var asked = await client.CallToolAsync("a__work", Cancellation);
        Assert.Equal("mine", asked.Result.GetProperty("requestState").GetString());
        await AddRouteAsync("""{"servers":[{"server":"b"}]}""");

        var answer = await client.CallAsync("tools/call", Cancellation, $"\"name\":\"a__work\",\"arguments\":{{}},{Answered},\"requestState\":\"mine\"");

        Assert.Equal("a", Text(answer));
        Assert.Equal(0, Calls(b));
    }

    [Fact]
    public async Task Retry_WithTheStateOfAnotherCaller_IsRefused()
    {
        await AddTwinAsync("a");
        var b = await AddAskingAsync("b", "");
        await AddRouteAsync("""{"servers":[{"server":"b"}]}""");
        var client = await RawClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Era.Modern, Cancellation, Everything);
        var given = (await client.CallToolAsync("a__work", Cancellation)).Result.GetProperty("requestState").GetString();
        using var http = Gateway.CreateHttp(await Gateway.AddKeyAsync("second", ApiKeyScope.Proxy, Cancellation));
        var other = await RawClient.OpenAsync(http, Gateway.Mcp(), Era.Modern, Cancellation, Everything);

        var answer = await other.CallAsync("tools/call", Cancellation, $"\"name\":\"a__work\",\"arguments\":{{}},{Answered},\"requestState\":\"{given}\"");

        Assert.Equal("state_invalid", answer.Reason);
        Assert.Equal(1, Calls(b));
    }

    /// <summary>Adds a server that asks at the first call, and answers with its alias when it is called again.</summary>
    private async Task<ScriptedUpstream> AddAskingAsync(string alias, string state)
    {
        var upstream = await AddTwinAsync(alias);
        return upstream.On("tools/call", Answers.InOrder(
            Answers.Result($$"""{"resultType":"input_required","inputRequests":{{Asked}}{{state}}}"""),
            Answers.Result(ScriptedServers.Complete(Era.Modern, $$"""{"content":[{"type":"text","text":"{{alias}}"}]}"""))));
    }
}
