using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Routing;

/// <summary>Where calls go by rules, and what their clients notice of it: nothing but the answer.</summary>
public sealed class RoutedCallTests : RoutingTest
{
    private const string ToB = """{"servers":[{"server":"b"}]}""";

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Call_RuleNamesAnotherServer_GoesThereOnBothEndpoints(Era client, Era upstream)
    {
        var a = await AddTwinAsync("a", upstream);
        var b = await AddTwinAsync("b", upstream);
        await AddRouteAsync(ToB, """{"field":"server","operator":"equals","value":"a"}""");

        Assert.Equal("b", await WhoAsync(await OpenAsync(client)));
        Assert.Equal("b", await WhoAsync(await OpenAsync(client, "a"), "work"));

        Assert.Equal((0, 2), (Calls(a), Calls(b)));
        Assert.All(b.Requests.All.Where(static request => request.Method == "tools/call"), static request => Assert.Equal("work", request.Params.GetProperty("name").GetString()));
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Call_Weights_SpreadSmoothly(Era client)
    {
        await AddTwinAsync("a");
        var b = await AddTwinAsync("b");
        var c = await AddTwinAsync("c");
        await AddRouteAsync("""{"servers":[{"server":"b","weight":3},{"server":"c","weight":1}]}""");
        var caller = await OpenAsync(client);
        for (var i = 0; i < 40; i++)
        {
            await WhoAsync(caller);
        }

        Assert.InRange(Calls(b), 29, 31);
        Assert.Equal(40, Calls(b) + Calls(c));
    }

    [Fact]
    public async Task Call_Canary_KeepsEachCallerWhereItIs()
    {
        await AddTwinAsync("a");
        await AddTwinAsync("b");
        await AddRouteAsync("""{"canary":{"percent":50,"servers":[{"server":"b"}]}}""");
        var all = new HashSet<string?>();
        for (var i = 0; i < 20; i++)
        {
            var caller = await OpenAsync((await AddCallerAsync($"caller {i}")).Http, i % 2 == 0 ? Era.Modern : Era.Legacy);
            var first = await WhoAsync(caller);
            all.Add(first);

            Assert.Equal(first, await WhoAsync(caller));
            Assert.Equal(first, await WhoAsync(caller));
        }

        Assert.Equal(["a", "b"], all.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Call_ServersThatKeepState_OneSessionStaysWithOne(Era client)
    {
        await AddTwinAsync("a", Era.Legacy);
        await AddTwinAsync("b", Era.Legacy);
        await AddRouteAsync("""{"servers":[{"server":"a"},{"server":"b"}]}""");
        var caller = await OpenAsync(client);
        var first = await WhoAsync(caller);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(first, await WhoAsync(caller));
        }
    }

    [Fact]
    public async Task Call_Headers_DecideWhereRulesAskForThem()
    {
        await AddTwinAsync("a");
        await AddTwinAsync("b");
        await AddRouteAsync(ToB, """{"field":"header","name":"X-Region","operator":"equals","value":"eu"}""");
        using var other = Gateway.CreateHttp(GatewayHost.AdminKey);
        other.DefaultRequestHeaders.Add("x-region", "eu");

        Assert.Equal("a", await WhoAsync(await OpenAsync(Era.Modern)));
        Assert.Equal("b", await WhoAsync(await OpenAsync(other, Era.Modern)));
        Assert.Equal("b", await WhoAsync(await OpenAsync(other, Era.Legacy)));
    }

    [Fact]
    public async Task Call_Arguments_DecideWhereRulesAskForThem()
    {
        await AddTwinAsync("a");
        await AddTwinAsync("b");
        await AddRouteAsync(ToB, """{"field":"argument","pointer":"/filter/region","operator":"in","value":["eu"]}""");
        var client = await OpenAsync(Era.Modern);

        Assert.Equal("a", Text(await client.CallToolAsync("a__work", Cancellation, """{"filter":{"region":"us"}}""")));
        Assert.Equal("b", Text(await client.CallToolAsync("a__work", Cancellation, """{"filter":{"region":"eu"}}""")));
    }

    [Fact]
    public async Task Call_TargetIsAway_GoesToItsOwnerAndComesBack()
    {
        await AddTwinAsync("a");
        var b = await AddTwinAsync("b");
        await AddRouteAsync(ToB);
        var client = await OpenAsync(Era.Modern);
        Assert.Equal("b", await WhoAsync(client));
        var port = b.Url.Port;
        await b.DisposeAsync();
        await Gateway.Registry.WaitAsync("b", "unhealthy", Cancellation);

        Assert.Equal("a", await WhoAsync(client));

        var again = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation, port));
        again.On("tools/call", Answers.Result(ScriptedServers.Complete(Era.Modern, """{"content":[{"type":"text","text":"b"}]}""")));
        await Gateway.Registry.WaitAsync("b", "healthy", Cancellation);
        Assert.Equal("b", await WhoAsync(client));
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Call_OwnerIsAway_GoesToTheTargetOfTheRule(Era client)
    {
        var a = await AddTwinAsync("a");
        await AddTwinAsync("b");
        await AddRouteAsync("""{"servers":[{"server":"a"},{"server":"b"}]}""");
        var caller = await OpenAsync(client);
        await a.DisposeAsync();
        await Gateway.Registry.WaitAsync("a", "unhealthy", Cancellation);

        Assert.Equal("b", await WhoAsync(caller));
        Assert.Contains("\"upstream\":\"a\"", (await caller.CallAsync("prompts/get", Cancellation, "\"name\":\"a__nothing\"")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_TargetIsHiddenFromTheCaller_GoesToItsOwner()
    {
        await AddTwinAsync("a");
        var b = await AddTwinAsync("b");
        var (few, _) = await AddCallerAsync("few");
        var (all, allKey) = await AddCallerAsync("all");
        await GrantAsync((await Gateway.Registry.FindAsync("b", Cancellation)).GetProperty("id").GetGuid(), allKey);
        await AddRouteAsync(ToB);

        Assert.Equal("a", await WhoAsync(await OpenAsync(few, Era.Modern)));
        Assert.Equal(0, Calls(b));
        Assert.Equal("b", await WhoAsync(await OpenAsync(all, Era.Modern)));
    }

    [Fact]
    public async Task Call_MethodIsDeniedAtTheTarget_GoesToItsOwner()
    {
        await AddTwinAsync("a");
        await AddTwinAsync("b");
        var (http, key) = await AddCallerAsync("caller");
        await GrantAsync((await Gateway.Registry.FindAsync("b", Cancellation)).GetProperty("id").GetGuid(), key, ",\"deniedMethods\":[\"tools/call\"]");
        await AddRouteAsync(ToB);

        Assert.Equal("a", await WhoAsync(await OpenAsync(http, Era.Modern)));
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Answers_OfAnotherServer_HaveTheNamesThatTheClientKnows(Era client)
    {
        await AddTwinAsync("a");
        await AddTwinAsync("b");
        await AddTwinAsync("c");
        await AddRouteAsync("""{"servers":[{"server":"c"}]}""");
        var caller = await OpenAsync(client);

        // What all have belongs to a; that of b is wrapped. Either way c answers, and nothing of it has another name.
        var own = await caller.CallAsync("resources/read", Cancellation, "\"uri\":\"test://one\"");
        var wrapped = await caller.CallAsync("resources/read", Cancellation, "\"uri\":\"mcp+b:test://one\"");
        var tool = await caller.CallToolAsync("b__work", Cancellation);

        foreach (var (answer, uri) in new[] { (own, "test://one"), (wrapped, "mcp+b:test://one") })
        {
            var content = answer.Result.GetProperty("contents")[0];
            Assert.Equal(("c", uri), (content.GetProperty("text").GetString(), content.GetProperty("uri").GetString()));
        }

        Assert.Equal("c", Text(tool));
        Assert.Equal("mcp+b:test://one", tool.Result.GetProperty("content")[1].GetProperty("uri").GetString());
        Assert.Equal("c", (await caller.CallAsync("prompts/get", Cancellation, "\"name\":\"a__ask\"")).Result.GetProperty("messages")[0].GetProperty("content").GetProperty("text").GetString());
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Lists_WithRules_AreAsWithout(Era client)
    {
        await AddTwinAsync("a");
        await AddTwinAsync("b");
        var caller = await OpenAsync(client);
        var before = Names(await caller.CallAsync("tools/list", Cancellation));
        await AddRouteAsync(ToB);

        Assert.Equal(before, Names(await caller.CallAsync("tools/list", Cancellation)));
    }

    [Fact]
    public async Task Call_EndpointOfAServer_GoesThere()
    {
        await AddTwinAsync("a");
        var (one, two) = (Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation)), Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation)));
        await Gateway.Registry.RegisterAsync(
            $$"""{"name":"b","alias":"b","endpoints":[{"url":"{{one.Url}}"},{"url":"{{two.Url}}"}]}""", Cancellation);
        var server = await Gateway.Registry.WaitAsync("b", "healthy", Cancellation);
        await two.WaitUntilAsync(static upstream => upstream.Requests.All.Any(static request => request.Method == "tools/list" || request.Method == "subscriptions/listen"), "it is connected", Cancellation);
        foreach (var (upstream, i) in new[] { (two, 1), (one, 0) })
        {
            var rule = await AddRouteAsync($$"""{"servers":[{"server":"b","endpoint":"{{server.GetProperty("endpointIds")[i].GetGuid()}}"}]}""");
            await (await OpenAsync(Era.Modern)).CallToolAsync("a__work", Cancellation);

            Assert.Equal(1, Calls(upstream));
            await DeleteRouteAsync(rule);
        }
    }
}
