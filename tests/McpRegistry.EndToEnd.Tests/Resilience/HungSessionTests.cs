using System.Collections.Concurrent;
using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Routing;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Resilience;

/// <summary>Servers that are connected and open no more sessions: what waits for one was not sent.</summary>
public sealed class HungSessionTests : RoutingTest
{
    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Balancing:SlowStart"] = "00:00:00",

            // Long enough for the endpoint that does open its session on a machine that is busy.
            ["Resilience:Servers:b:AttemptTimeout"] = "00:00:02",

            // So that nothing else ends the wait for a session.
            ["Upstream:ConnectTimeout"] = "00:10:00",
        },
    };

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task OneOfTwoEndpoints_OpensNoSession_TheOtherAnswersAToolWithoutHints(Era clientEra)
    {
        ScriptedUpstream[] pair = [await StartAsync(), await StartAsync()];
        await Gateway.Registry.RegisterAsync($$"""{"name":"b","alias":"b","endpoints":[{"url":"{{pair[0].Url}}"},{"url":"{{pair[1].Url}}"}]}""", Cancellation);
        await WhenConnectedAsync("b", pair);
        var asked = new ConcurrentQueue<ScriptedUpstream>();
        foreach (var upstream in pair)
        {
            // The first one that a session is wanted of hangs.
            upstream.On("initialize", exchange =>
            {
                asked.Enqueue(upstream);
                return asked.TryPeek(out var first) && first == upstream ? Answers.Never(exchange) : exchange.ResultAsync(Initialized);
            });
        }

        var answer = await (await OpenAsync(Gateway.Http, clientEra)).CallToolAsync("b__work", Cancellation);

        Assert.Equal("done", Text(answer));
        Assert.Equal(1, pair.Sum(static upstream => Calls(upstream)));
        var (_, body) = await SendAsync(Gateway.Http, HttpMethod.Get, "/api/v1/circuit-breakers");
        Assert.Equal(1, JsonElement.Parse(body).GetProperty("items").EnumerateArray().Sum(static breaker => breaker.GetProperty("timeouts").GetInt64()));
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task OnlyEndpoint_OpensNoSessionInTheTimeOfTheCall_TheClientHearsThatNothingWasRun(Era clientEra)
    {
        var upstream = await StartAsync();
        await Gateway.Registry.RegisterAsync($$"""{"name":"a","alias":"a","url":"{{upstream.Url}}"}""", Cancellation);
        await WhenConnectedAsync("a", upstream);
        upstream.On("initialize", Answers.Never);

        var answer = await (await OpenAsync(Gateway.Http, clientEra)).CallToolAsync("a__work", Cancellation, meta: "\"io.github.mcpregistry/timeoutMs\":1000");

        Assert.Equal(("timeout", true, 0), (answer.Reason, answer.Error.GetProperty("data").GetProperty("retryable").GetBoolean(), Calls(upstream)));
    }

    private const string Initialized = """{"protocolVersion":"2025-11-25","capabilities":{"tools":{"listChanged":true}},"serverInfo":{"name":"scripted","version":"1.0.0"}}""";

    private async Task<ScriptedUpstream> StartAsync() => Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation));

    private async Task WhenConnectedAsync(string alias, params ScriptedUpstream[] upstreams)
    {
        await Gateway.Registry.WaitAsync(alias, "healthy", Cancellation);
        foreach (var upstream in upstreams)
        {
            await upstream.WaitUntilAsync(static one => one.OpenStreams == 1, "it is connected", Cancellation);
        }
    }
}
