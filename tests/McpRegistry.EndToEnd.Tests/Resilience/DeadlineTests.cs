using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Routing;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Resilience;

/// <summary>Calls end when their time is over, whoever has set it, and their servers hear of it.</summary>
public sealed class DeadlineTests : RoutingTest
{
    private const string TimeoutHeader = "Mcp-Registry-Timeout-Ms";
    private const string Harmless = ""","annotations":{"idempotentHint":true}""";

    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Balancing:Policy"] = "round_robin",
            ["Balancing:SlowStart"] = "00:00:00",
            // Long enough for a call to reach its server, and for the answers that do come, on a machine that is busy.
            ["Resilience:Servers:b:AttemptTimeout"] = "00:00:02",
            ["Resilience:Servers:only:AttemptTimeout"] = "00:00:00.1",
            ["Resilience:Servers:c:MaxRequestDuration"] = "00:00:02",
            ["Resilience:Servers:d:Tools:work:RequestTimeout"] = "00:00:02",
        },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task TimeOfTheCaller_Passes_EndsTheCallAndDoesNotCountAgainstTheServer(Era clientEra, Era serverEra)
    {
        var upstream = await AddTwinAsync("a", serverEra, Harmless);
        upstream.On("tools/call", Answers.Never);
        var client = await OpenAsync(Gateway.Http, clientEra);

        var answer = await client.CallToolAsync("a__work", Cancellation, meta: "\"io.github.mcpregistry/timeoutMs\":2000");

        Assert.Equal("timeout", answer.Reason);
        await upstream.WaitUntilAsync(
            one => one.Requests.Of("tools/call") is [{ WasAborted: true }] || one.Requests.Of("notifications/cancelled").Count > 0, "it heard that nobody waits", Cancellation);
        Assert.Equal((1, 0L), (Calls(upstream), (await BreakersAsync()).Sum(static breaker => breaker.GetProperty("failures").GetInt64())));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task TimeOfTheHeader_Passes_EndsTheCallAndIsNotForwarded(Era clientEra, Era serverEra)
    {
        var upstream = await AddTwinAsync("a", serverEra, Harmless);
        upstream.On("tools/call", Answers.Never);

        var answer = await CallAsync(await OpenAsync(Gateway.Http, clientEra), "2000");

        Assert.Equal("timeout", answer.Reason);
        await upstream.WaitUntilAsync(
            one => one.Requests.Of("tools/call") is [{ WasAborted: true }] || one.Requests.Of("notifications/cancelled").Count > 0, "it heard that nobody waits", Cancellation);
        Assert.Equal((1, 0L), (Calls(upstream), (await BreakersAsync()).Sum(static breaker => breaker.GetProperty("failures").GetInt64())));
        Assert.DoesNotContain(upstream.Requests.All, static request => request.Headers.ContainsKey(TimeoutHeader));
    }

    /// <summary>The request itself is nearer than its header, and a header that says nothing is none.</summary>
    [Theory]
    [InlineData(Era.Modern, "1", "\"io.github.mcpregistry/timeoutMs\":600000")]
    [InlineData(Era.Legacy, "1", "\"io.github.mcpregistry/timeoutMs\":600000")]
    [InlineData(Era.Modern, "0", "")]
    [InlineData(Era.Legacy, "1.5", "")]
    public async Task TimeOfTheHeader_DoesNotCount_TheCallIsWaitedFor(Era clientEra, string header, string meta)
    {
        var upstream = await AddTwinAsync("a");
        var gate = new Gate();
        upstream.On("tools/call", Answers.After(gate, Answers.Result("""{"resultType":"complete","content":[{"type":"text","text":"done"}]}""")));
        var call = CallAsync(await OpenAsync(Gateway.Http, clientEra), header, meta);
        await Task.WhenAny(call, gate.WhenWaitingAsync(1, Cancellation));

        gate.Open();

        Assert.Equal("done", Text(await call));
    }

    [Fact]
    public async Task TimeOfTheHeader_OfABatch_HoldsForTheCallsThatSayNothing()
    {
        var (silent, patient) = (await AddTwinAsync("a"), await AddTwinAsync("other"));
        var gate = new Gate();
        silent.On("tools/call", Answers.Never);
        patient.On("tools/call", Answers.After(gate, Answers.Result("""{"resultType":"complete","content":[]}""")));
        var client = await BatchClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Cancellation);
        var batch = client.PostAsync(
            $"[{BatchClient.Call("1", "a__work")},{BatchClient.Call("2", "other__work", """{"io.github.mcpregistry/timeoutMs":600000}""")},{BatchClient.Call("3", "a__work")}]",
            Cancellation,
            (TimeoutHeader, "1000"));

        // The handshake, and the two that have no time left.
        await LoggedAsync(3);
        gate.Open();

        var answers = BatchClient.Answers(await batch);
        Assert.Equal(("timeout", "timeout"), (BatchClient.Reason(answers["1"]), BatchClient.Reason(answers["3"])));
        Assert.True(answers["2"].TryGetProperty("result", out _));

        // They have not waited for as long as the operator says.
        Assert.Equal(0, (await BreakersAsync()).Sum(static breaker => breaker.GetProperty("timeouts").GetInt64()));
    }

    [Theory]
    [InlineData("c")]
    [InlineData("d")]
    public async Task TimeOfTheServerOrTool_Passes_EndsTheCallAndCountsAgainstTheServer(string alias)
    {
        var upstream = await AddTwinAsync(alias);
        upstream.On("tools/call", Answers.Never);
        var client = await OpenAsync(Gateway.Http, Era.Modern);

        Assert.Equal("timeout", (await client.CallToolAsync($"{alias}__work", Cancellation)).Reason);
        Assert.Equal(1, (await BreakersAsync()).Sum(static breaker => breaker.GetProperty("timeouts").GetInt64()));
    }

    /// <summary>There is nobody else to be asked, so the client rather has a slow answer than none.</summary>
    [Fact]
    public async Task OnlyEndpoint_IsSilentForLongerThanTheTimeOfOne_IsWaitedFor()
    {
        var upstream = await AddTwinAsync("only");
        var gate = new Gate();
        upstream.On("tools/call", Answers.After(gate, Answers.Result("""{"resultType":"complete","content":[{"type":"text","text":"only"}]}""")));
        var call = WhoAsync(await OpenAsync(Gateway.Http, Era.Modern), "only__work");
        await gate.WhenWaitingAsync(1, Cancellation);

        // The call would have ended by itself; that it goes on has no other sign than that it does.
        await Task.WhenAny(call, Task.Delay(TimeSpan.FromSeconds(1), Cancellation));
        gate.Open();

        Assert.Equal("only", await call);
        Assert.Equal(0, (await BreakersAsync()).Sum(static breaker => breaker.GetProperty("timeouts").GetInt64()));
    }

    /// <summary>The session is at one endpoint, and a call that is sent again is sent there again.</summary>
    [Theory]
    [MemberData(nameof(Eras))]
    public async Task SessionIsOpen_IsSilentForLongerThanTheTimeOfOne_IsWaitedForAndRunOnce(Era clientEra)
    {
        ScriptedUpstream[] pair = [Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation)), Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation))];
        Array.ForEach(pair, static upstream => upstream.On("tools/list", ListAnswers.Page("tools", $$"""[{"name":"work","inputSchema":{"type":"object"}{{Harmless}}}]""")));
        await Gateway.Registry.RegisterAsync(EndpointsOf("b", pair), Cancellation);
        await Gateway.Registry.WaitAsync("b", "healthy", Cancellation);
        foreach (var upstream in pair)
        {
            await upstream.WaitUntilAsync(static one => one.OpenStreams == 1, "it is connected", Cancellation);
        }

        var client = await OpenAsync(Gateway.Http, clientEra);
        Assert.Equal("done", await WhoAsync(client, "b__work"));
        var gate = new Gate();
        Array.ForEach(pair, upstream => upstream.On("tools/call", Answers.After(gate, Answers.Result("""{"content":[{"type":"text","text":"slow"}]}"""))));
        var call = WhoAsync(client, "b__work");
        await gate.WhenWaitingAsync(1, Cancellation);

        // That it goes on has no other sign than that it does.
        await Task.WhenAny(call, Task.Delay(TimeSpan.FromSeconds(3), Cancellation));
        gate.Open();

        Assert.Equal(("slow", 2), (await call, pair.Sum(static upstream => Calls(upstream))));
    }

    [Theory]
    [InlineData(Harmless, 6, 3)]
    [InlineData("", 3, 3)]
    public async Task SilentEndpoint_HasAnotherAskedWhereThatDoesNoHarm(string annotations, int answered, int silent)
    {
        ScriptedUpstream[] pair = [Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation)), Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation))];
        Array.ForEach(pair, upstream => upstream.On("tools/list", ListAnswers.Page("tools", $$"""[{"name":"work","inputSchema":{"type":"object"}{{annotations}}}]""")));
        pair[0].On("tools/call", Answers.Never);
        pair[1].On("tools/call", Answers.Result(ScriptedServers.Complete(Era.Modern, """{"content":[]}""")));
        await Gateway.Registry.RegisterAsync($$"""{"name":"b","alias":"b","endpoints":[{"url":"{{pair[0].Url}}"},{"url":"{{pair[1].Url}}"}]}""", Cancellation);
        await Gateway.Registry.WaitAsync("b", "healthy", Cancellation);
        foreach (var upstream in pair)
        {
            await upstream.WaitUntilAsync(static one => one.Requests.All.Any(static request => request.Method == "subscriptions/listen"), "it is connected", Cancellation);
        }

        var client = await OpenAsync(Gateway.Http, Era.Modern);
        var results = 0;
        for (var i = 0; i < 6; i++)
        {
            results += (await client.CallToolAsync("b__work", Cancellation)).Body.Contains("\"result\"", StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.Equal((answered, true), (results, Calls(pair[0]) >= silent));
        await pair[0].WaitUntilAsync(static one => one.Requests.Of("tools/call").All(static request => request.WasAborted), "it heard that nobody waits", Cancellation);
    }

    private static Task<McpAnswer> CallAsync(RawClient client, string timeout, string meta = "")
    {
        var request = client.Write("1", "tools/call", "\"name\":\"a__work\",\"arguments\":{}", meta);
        return client.PostAsync(request, [.. client.Headers("tools/call", request), (TimeoutHeader, timeout)], Cancellation);
    }

    private async Task<JsonElement[]> BreakersAsync()
    {
        var (_, body) = await SendAsync(Gateway.Http, HttpMethod.Get, "/api/v1/circuit-breakers");
        return [.. JsonElement.Parse(body).GetProperty("items").EnumerateArray()];
    }
}
