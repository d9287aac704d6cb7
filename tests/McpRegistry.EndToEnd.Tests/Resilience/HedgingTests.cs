using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Bridging;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Routing;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Resilience;

/// <summary>A call that takes long is sent to a second endpoint where that does no harm; the client hears of one of them only.</summary>
public sealed class HedgingTests : RoutingTest
{
    private const string Harmless = ""","annotations":{"readOnlyHint":true}""";

    /// <summary>The endpoints in the order in which a call came to them.</summary>
    private readonly ConcurrentQueue<ScriptedUpstream> _asked = [];

    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Balancing:SlowStart"] = "00:00:00",
            ["Resilience:Retry:MinPerSecond"] = "1000",

            // So that nothing is sent again when all are known to have failed.
            ["Resilience:Retry:MaxAttempts"] = "2",
            ["Resilience:Retry:Hedging:Delay"] = "00:00:00.05",
            ["Resilience:Servers:narrow:MaxConcurrent"] = "1",
        },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task SilentEndpoint_TheOtherAnswers_AndNothingIsHeldAgainstTheFirst(Era clientEra, Era serverEra)
    {
        await AddAsync(serverEra, Harmless, Answers.Never, Says(serverEra, "second"));
        var client = await OpenAsync(Gateway.Http, clientEra);

        Assert.Equal("second", Text(await client.CallToolAsync("b__work", Cancellation)));
        await WhenGivenUpAsync(_asked.First());
        Assert.Equal(2, _asked.Count);
        var breakers = await ReadAsync("/api/v1/circuit-breakers", "items");
        Assert.Equal((1L, 0L), (Sum(breakers, "requests"), Sum(breakers, "failures")));
        var endpoints = await EndpointsAsync();
        Assert.Equal((0L, 0L), (Sum(endpoints, "failed"), Sum(endpoints, "inFlight")));
    }

    [Fact]
    public async Task ToolWithoutHints_IsSentOnce()
    {
        var gate = new Gate();
        await AddAsync(Era.Modern, "", Answers.After(gate, Says(Era.Modern, "first")), Says(Era.Modern, "second"));
        var client = await OpenAsync(Gateway.Http, Era.Modern);
        var call = client.CallToolAsync("b__work", Cancellation);
        await gate.WhenWaitingAsync(1, Cancellation);
        Array.ForEach(Pair, upstream => upstream.On("prompts/get", Answers.After(gate, Answers.Result(ScriptedServers.Complete(Era.Modern, """{"messages":[]}""")))));
        var other = client.CallAsync("prompts/get", Cancellation, "\"name\":\"b__ask\"");

        // It began later, and may be sent twice.
        await Task.WhenAll(Pair.Select(static upstream => upstream.Requests.WaitAsync("prompts/get", Cancellation)));
        gate.Open();

        Assert.Equal("first", Text(await call));
        Assert.Single(_asked);
        await other;
    }

    [Fact]
    public async Task SecondEndpointSpeaks_TheClientHearsOfItAlone()
    {
        var gate = new Gate();
        await AddAsync(
            Era.Modern, Harmless, Answers.Never,
            async exchange =>
            {
                await exchange.ProgressAsync(1, 2);
                await Answers.After(gate, Says(Era.Modern, "second"))(exchange);
            });
        var client = await OpenAsync(Gateway.Http, Era.Modern);
        using var call = await client.BeginAsync("tools/call", Cancellation, "\"name\":\"b__work\",\"arguments\":{}", "\"progressToken\":\"p\"");
        Assert.Equal(1, (await call.NextAsync(Cancellation)).GetProperty("params").GetProperty("progress").GetInt32());

        // Before there is an answer.
        await WhenGivenUpAsync(_asked.First());
        gate.Open();

        Assert.Equal("second", (await call.NextAsync(Cancellation)).GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task SecondEndpointAsks_TheFirstIsGivenUp()
    {
        await AddAsync(
            Era.Legacy, Harmless, Answers.Never,
            exchange => Asking.AtOnce(_asked.Last(), Question.Form)(exchange));
        var client = await RawClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Era.Legacy, Cancellation, """{"elicitation":{}}""");
        using var call = await client.BeginToolAsync("b__work", Cancellation);

        var asked = await call.NextAsync(Cancellation);
        await WhenGivenUpAsync(_asked.First());
        await client.RespondAsync(asked, Question.Form.Answer, Cancellation);

        Assert.Equal(Question.Form.Answer, (await call.NextAsync(Cancellation)).GetProperty("result").GetProperty("answers")[0].GetRawText());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SecondEndpointFails_TheFirstIsWaitedFor(bool answers)
    {
        var gate = new Gate();
        await AddAsync(Era.Modern, Harmless, Answers.After(gate, Says(Era.Modern, "first")), answers ? Answers.Error(-32603, "broken") : Answers.Status(500));
        var client = await OpenAsync(Gateway.Http, Era.Modern);
        var call = client.CallToolAsync("b__work", Cancellation);
        while (Sum(await ReadAsync("/api/v1/circuit-breakers", "items"), "failures") == 0)
        {
            Cancellation.ThrowIfCancellationRequested();
        }

        await HedgeAnotherAsync(client);
        gate.Open();

        Assert.Equal("first", Text(await call));
        Assert.Equal(2, _asked.Count);
    }

    /// <summary>The client hangs up while both are asked: both hear of it, and neither the place at the server nor a count stays taken.</summary>
    [Theory]
    [MemberData(nameof(Eras))]
    public async Task ClientGivesUp_WhileBothAreAsked_EndsBoth(Era serverEra)
    {
        await AddAsync(serverEra, Harmless, Answers.Never, Answers.Never, "narrow");
        var client = await OpenAsync(Gateway.Http, Era.Modern);
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var call = client.CallToolAsync("narrow__work", hangUp.Token);
        foreach (var upstream in Pair)
        {
            await upstream.Requests.WaitAsync("tools/call", Cancellation);
        }

        await hangUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await Task.WhenAll(Pair.Select(WhenGivenUpAsync));
        await WaitAsync(async () => (await EndpointsAsync()).Sum(static endpoint => endpoint.GetProperty("inFlight").GetInt64()) == 0, "nothing is in flight");
        await WaitAsync(async () => (await ReadAsync("/api/v1/router/requests", "requests")).Length == 0, "no call is under way");
        Assert.Equal((2, 0L), (_asked.Count, Sum(await ReadAsync("/api/v1/circuit-breakers", "items"), "failures")));

        // The only place at the server is free.
        Array.ForEach(Pair, upstream => upstream.On("tools/call", Says(serverEra, "next")));
        Assert.Equal("next", Text(await client.CallToolAsync("narrow__work", Cancellation)));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task OperatorCancels_WhileBothAreAsked_EndsBoth(Era clientEra, Era serverEra)
    {
        await AddAsync(serverEra, Harmless, Answers.Never, Answers.Never);
        var client = await OpenAsync(Gateway.Http, clientEra);
        var call = client.CallToolAsync("b__work", Cancellation);
        foreach (var upstream in Pair)
        {
            await upstream.Requests.WaitAsync("tools/call", Cancellation);
        }

        var id = Assert.Single(await ReadAsync("/api/v1/router/requests", "requests")).GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(Gateway.Http, HttpMethod.Delete, $"/api/v1/router/requests/{id}")).Status);

        Assert.Equal("cancelled", (await call).Reason);
        await Task.WhenAll(Pair.Select(WhenGivenUpAsync));
        Assert.Equal(2, _asked.Count);
    }

    [Fact]
    public async Task BothFail_AnAnswerIsBetterThanNone()
    {
        var gate = new Gate();
        await AddAsync(Era.Modern, Harmless, Answers.After(gate, Answers.Status(500)), Answers.Error(-32603, "broken"));
        var client = await OpenAsync(Gateway.Http, Era.Modern);
        var call = client.CallToolAsync("b__work", Cancellation);
        while (Sum(await ReadAsync("/api/v1/circuit-breakers", "items"), "failures") == 0)
        {
            Cancellation.ThrowIfCancellationRequested();
        }

        gate.Open();

        Assert.Equal("broken", (await call).Error.GetProperty("message").GetString());
    }

    private ScriptedUpstream[] Pair { get; set; } = [];

    private async Task AddAsync(Era era, string annotations, UpstreamHandler first, UpstreamHandler second, string alias = "b")
    {
        Pair = [await StartAsync(era, annotations, first, second), await StartAsync(era, annotations, first, second)];
        await Gateway.Registry.RegisterAsync(
            $$"""{"name":"{{alias}}","alias":"{{alias}}","isolation":"shared","endpoints":[{"url":"{{Pair[0].Url}}"},{"url":"{{Pair[1].Url}}"}]}""", Cancellation);
        await Gateway.Registry.WaitAsync(alias, "healthy", Cancellation);
        foreach (var upstream in Pair)
        {
            await upstream.WaitUntilAsync(static one => one.Requests.All.Any(static request => request.Method is "subscriptions/listen" || request.Verb == "GET"), "it is connected", Cancellation);
        }
    }

    private async Task<ScriptedUpstream> StartAsync(Era era, string annotations, UpstreamHandler first, UpstreamHandler second)
    {
        var upstream = Own(await ScriptedServers.StartAsync(era, Cancellation));
        return upstream
            .On("tools/list", ListAnswers.Page("tools", $$"""[{"name":"work","inputSchema":{"type":"object"}{{annotations}}}]"""))
            .On("tools/call", exchange =>
            {
                _asked.Enqueue(upstream);
                return ReferenceEquals(_asked.First(), upstream) ? first(exchange) : second(exchange);
            });
    }

    /// <summary>Makes a call that takes a delay and two answers: time enough to do something wrong.</summary>
    private async Task HedgeAnotherAsync(RawClient client)
    {
        var handler = Answers.InOrder(Answers.Never, Answers.Result(ScriptedServers.Complete(Era.Modern, """{"messages":[]}""")));
        Array.ForEach(Pair, upstream => upstream.On("prompts/get", handler));
        Assert.True((await client.CallAsync("prompts/get", Cancellation, "\"name\":\"b__ask\"")).Result.TryGetProperty("messages", out _));
    }

    private static UpstreamHandler Says(Era era, string text) => Answers.Result(ScriptedServers.Complete(era, $$"""{"content":[{"type":"text","text":"{{text}}"}]}"""));

    private static Task WhenGivenUpAsync(ScriptedUpstream upstream) => upstream.WaitUntilAsync(
        static one => one.Requests.Of("tools/call") is [{ WasAborted: true }] || one.Requests.Of("notifications/cancelled").Count > 0, "it heard that nobody waits", Cancellation);

    private async Task<JsonElement[]> ReadAsync(string path, string member)
    {
        var (_, body) = await SendAsync(Gateway.Http, HttpMethod.Get, path);
        return [.. JsonElement.Parse(body).GetProperty(member).EnumerateArray()];
    }

    private async Task<JsonElement[]> EndpointsAsync() =>
        [.. (await ReadAsync("/api/v1/router/metrics", "servers")).SelectMany(static server => server.GetProperty("endpoints").EnumerateArray())];

    private static long Sum(JsonElement[] rows, string member) => rows.Sum(row => row.GetProperty(member).GetInt64());
}
