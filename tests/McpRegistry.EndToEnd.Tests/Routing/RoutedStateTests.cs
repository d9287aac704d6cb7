using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport;
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

    /// <summary>One of two endpoints would get answers to what the other has asked.</summary>
    [Theory]
    [InlineData(",\"requestState\":\"made up\"")]
    [InlineData("")]
    public async Task Retry_OfAServerWithSeveralEndpoints_StateThatNamesNone_IsRefused(string state)
    {
        var (one, two) = await AddPairAsync(static _ => Answers.Result(ScriptedServers.Complete(Era.Modern, """{"content":[]}""")));
        var client = await RawClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Era.Modern, Cancellation, Everything);

        var answer = await client.CallAsync("tools/call", Cancellation, $"\"name\":\"b__work\",\"arguments\":{{}},{Answered}{state}");

        Assert.Equal(("state_expired", -32602), (answer.Reason, answer.Error.GetProperty("code").GetInt32()));
        Assert.Equal((0, 0), (Calls(one), Calls(two)));
    }

    /// <summary>The states of a server with one endpoint are its own, so nothing says which of two has asked.</summary>
    [Fact]
    public async Task Retry_ServerHasMoreEndpointsMeanwhile_IsToldToStartOver()
    {
        var asking = await StartTaskServerAsync(Answers.Result($$"""{"resultType":"input_required","inputRequests":{{Asked}},"requestState":"mine"}"""));
        var more = await StartTaskServerAsync(Answers.Never);
        await Gateway.Registry.RegisterAsync(EndpointsOf("b", asking), Cancellation);
        await Gateway.Registry.WaitAsync("b", "healthy", Cancellation);
        var client = await RawClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Era.Modern, Cancellation, Everything);
        var state = (await client.CallToolAsync("b__work", Cancellation)).Result.GetProperty("requestState").GetString();
        Assert.Equal("mine", state);
        await ReplaceAsync("b", EndpointsOf("b", asking, more));

        var answer = await client.CallAsync("tools/call", Cancellation, $"\"name\":\"b__work\",\"arguments\":{{}},{Answered},\"requestState\":\"{state}\"");

        Assert.Equal("state_expired", answer.Reason);
        Assert.Equal((1, 0), (Calls(asking), Calls(more)));
    }

    /// <summary>A state of the gateway says where it comes from, so that more endpoints change nothing.</summary>
    [Fact]
    public async Task Retry_OfAMovedCallWhoseServerHasMoreEndpointsMeanwhile_ComesBackToTheOneThatAsked()
    {
        await AddTwinAsync("a");
        var asking = await StartTaskServerAsync(static exchange => exchange.ResultAsync(
            exchange.Request.Params.TryGetProperty("inputResponses", out _)
                ? ScriptedServers.Complete(Era.Modern, """{"content":[{"type":"text","text":"b"}]}""")
                : $$"""{"resultType":"input_required","inputRequests":{{Asked}}}"""));
        var more = await StartTaskServerAsync(Answers.Result(ScriptedServers.Complete(Era.Modern, """{"content":[{"type":"text","text":"more"}]}""")));
        await Gateway.Registry.RegisterAsync(EndpointsOf("b", asking), Cancellation);
        await Gateway.Registry.WaitAsync("b", "healthy", Cancellation);
        await AddRouteAsync("""{"servers":[{"server":"b"}]}""");
        var client = await RawClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Era.Modern, Cancellation, Everything);
        var states = new List<string?>();
        for (var i = 0; i < 4; i++)
        {
            states.Add((await client.CallToolAsync("a__work", Cancellation)).Result.GetProperty("requestState").GetString());
        }

        await ReplaceAsync("b", EndpointsOf("b", asking, more));
        await Gateway.Registry.WaitAsync("b", "healthy", Cancellation);
        await more.WaitUntilAsync(static one => one.Requests.All.Any(static request => request.Method == "subscriptions/listen"), "it is connected", Cancellation);
        foreach (var state in states)
        {
            Assert.Equal("b", Text(await client.CallAsync("tools/call", Cancellation, $"\"name\":\"a__work\",\"arguments\":{{}},{Answered},\"requestState\":\"{state}\"")));
        }

        Assert.Equal(0, Calls(more));
    }

    /// <summary>Whatever became of the server that asked: nobody else is given its state, or the answers.</summary>
    [Fact]
    public async Task Retry_OfAMovedCallThatCameTooLate_IsToldToStartOver()
    {
        var clock = new ShiftedTimeProvider();
        await using var host = await GatewayHost.StartAsync(Cancellation, Setup with { Clock = clock });
        var a = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        var b = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation)).On("tools/call", Answers.Result($$"""{"resultType":"input_required","inputRequests":{{Asked}}}"""));
        await host.Registry.AddAsync("a", a.Url, Cancellation);
        await host.Registry.AddAsync("b", b.Url, Cancellation);
        await AddRouteAsync("""{"servers":[{"server":"b"}]}""", http: host.Http);
        var client = await RawClient.OpenAsync(host.Http, host.Mcp(), Era.Modern, Cancellation, Everything);
        var state = (await client.CallToolAsync("a__work", Cancellation)).Result.GetProperty("requestState").GetString();
        clock.Shift(TimeSpan.FromDays(60));

        var answer = await client.CallAsync("tools/call", Cancellation, $"\"name\":\"a__work\",\"arguments\":{{}},{Answered},\"requestState\":\"{state}\"");

        Assert.Equal("state_expired", answer.Reason);
        Assert.Equal((0, 1), (Calls(a), Calls(b)));
    }

    /// <summary>Members that mean nothing between these eras are no way around a rule.</summary>
    [Theory]
    [InlineData(Era.Legacy, Era.Modern, "\"inputResponses\":{}")]
    [InlineData(Era.Legacy, Era.Modern, "\"requestState\":\"x\"")]
    [InlineData(Era.Legacy, Era.Legacy, "\"inputResponses\":{},\"requestState\":\"x\"")]
    [InlineData(Era.Modern, Era.Legacy, "\"inputResponses\":{}")]
    public async Task Call_WithMembersThatMeanNothing_IsLedByTheRules(Era era, Era server, string members)
    {
        var a = await AddTwinAsync("a", server);
        await AddTwinAsync("b", server);
        await AddRouteAsync("""{"servers":[{"server":"b"}]}""");
        var client = await OpenAsync(era);

        Assert.Equal("b", Text(await client.CallAsync("tools/call", Cancellation, $"\"name\":\"a__work\",\"arguments\":{{}},{members}")));
        Assert.Equal(0, Calls(a));
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
