using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Routing;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Resilience;

/// <summary>What a server says by its HTTP status, and what by the JSON-RPC error in the body.</summary>
public sealed class StatusAnswerTests : RoutingTest
{
    private const string Harmless = ""","annotations":{"readOnlyHint":true}""";
    private const string Data = """{"reason":"overloaded","retryable":true}""";

    public static TheoryData<Era, int> Statuses => new()
    {
        { Era.Modern, 408 }, { Era.Modern, 425 }, { Era.Modern, 429 }, { Era.Modern, 500 }, { Era.Modern, 503 },
        { Era.Legacy, 408 }, { Era.Legacy, 429 }, { Era.Legacy, 500 }, { Era.Legacy, 503 },
    };

    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Balancing:SlowStart"] = "00:00:00" },
    };

    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task HarmlessTool_StatusWithAJsonRpcError_IsAnsweredByTheOtherEndpoint(Era era, int status)
    {
        var done = Answers.Result(ScriptedServers.Complete(era, """{"content":[{"type":"text","text":"done"}]}"""));
        await AddPairAsync(era, Harmless, Answers.InOrder(Answers.Error(-32603, "worn out", Data, status), done));

        Assert.Equal("done", Text(await (await OpenAsync(Gateway.Http, era)).CallToolAsync("b__work", Cancellation)));
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task ToolWithoutHints_BusyServer_IsToldToTheClientAndHeldAgainstTheEndpoint(Era era)
    {
        var upstream = await AddTwinAsync("a", era);
        upstream.On("tools/call", async exchange =>
        {
            exchange.Header("Retry-After", "7");
            await exchange.ErrorAsync(-32603, "Too many calls wait.", Data, 503);
        });
        var client = await OpenAsync(Gateway.Http, era);

        var answer = await client.CallToolAsync("a__work", Cancellation);

        var data = answer.Error.GetProperty("data");
        Assert.Equal(("http_error", false, 7_000), (answer.Reason, data.GetProperty("retryable").GetBoolean(), data.GetProperty("retryAfterMs").GetInt32()));
        Assert.Contains("HTTP 503: Too many calls wait.", answer.Error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal((1, 1L), (Calls(upstream), await FailuresAsync()));
    }

    /// <summary>An error of JSON-RPC that comes with another status is an answer, and its client gets it as it is.</summary>
    [Theory]
    [InlineData(200)]
    [InlineData(400)]
    public async Task ToolWithoutHints_ErrorThatIsAnAnswer_IsPassedOn(int status)
    {
        var upstream = await AddTwinAsync("a");
        upstream.On("tools/call", Answers.Error(-32602, "bad arguments", """{"field":"x"}""", status));

        var answer = await (await OpenAsync(Gateway.Http, Era.Modern)).CallToolAsync("a__work", Cancellation);

        Assert.Equal((-32602, "bad arguments", "x"), (answer.Error.GetProperty("code").GetInt32(), answer.Error.GetProperty("message").GetString(), answer.Error.GetProperty("data").GetProperty("field").GetString()));
    }

    /// <summary>A tool may fail in the words by which servers of other eras refuse, and discovery may be broken besides.</summary>
    [Theory]
    [InlineData(-32000)]
    [InlineData(-32001)]
    [InlineData(-32600)]
    [InlineData(-32601)]
    public async Task ToolWithoutHints_ErrorLikeARefusal_IsNotRunTwice(int code)
    {
        var pair = await AddPairAsync(Era.Modern, "", Answers.Error(code, "no such order"));
        Array.ForEach(pair, static upstream => upstream.On("server/discover", Answers.Error(-32603, "broken")));

        var answer = await (await OpenAsync(Gateway.Http, Era.Modern)).CallToolAsync("b__work", Cancellation);

        Assert.Equal((1, false), (pair.Sum(static upstream => Calls(upstream)), answer.Error.GetProperty("data").GetProperty("retryable").GetBoolean()));
    }

    /// <summary>Who could only wait for the end of its time is told at once, and that nothing was run.</summary>
    [Fact]
    public async Task ToolWithoutHints_RetryAfterBeyondItsTime_IsToldWithoutWaiting()
    {
        var upstream = await AddTwinAsync("a");
        upstream.On("tools/call", async exchange =>
        {
            exchange.Header("Retry-After", "5");
            await exchange.StatusAsync(429);
        });

        var answer = await (await OpenAsync(Gateway.Http, Era.Modern)).CallToolAsync("a__work", Cancellation, meta: "\"io.github.mcpregistry/timeoutMs\":4000");

        var data = answer.Error.GetProperty("data");
        Assert.Equal(("http_error", true, 5_000, 1), (answer.Reason, data.GetProperty("retryable").GetBoolean(), data.GetProperty("retryAfterMs").GetInt32(), Calls(upstream)));
    }

    private async Task<ScriptedUpstream[]> AddPairAsync(Era era, string annotations, UpstreamHandler handler)
    {
        ScriptedUpstream[] pair = [Own(await ScriptedServers.StartAsync(era, Cancellation)), Own(await ScriptedServers.StartAsync(era, Cancellation))];
        Array.ForEach(pair, upstream => upstream
            .On("tools/list", ListAnswers.Page("tools", $$"""[{"name":"work","inputSchema":{"type":"object"}{{annotations}}}]"""))
            .On("tools/call", handler));
        await Gateway.Registry.RegisterAsync(
            $$"""{"name":"b","alias":"b","isolation":"shared","endpoints":[{"url":"{{pair[0].Url}}"},{"url":"{{pair[1].Url}}"}]}""", Cancellation);
        await Gateway.Registry.WaitAsync("b", "healthy", Cancellation);
        foreach (var upstream in pair)
        {
            await upstream.WaitUntilAsync(static one => one.OpenStreams == 1, "it is connected", Cancellation);
        }

        return pair;
    }

    private async Task<long> FailuresAsync()
    {
        var (_, body) = await SendAsync(Gateway.Http, HttpMethod.Get, "/api/v1/circuit-breakers");
        return JsonElement.Parse(body).GetProperty("items").EnumerateArray().Sum(static breaker => breaker.GetProperty("failures").GetInt64());
    }
}
