using System.Net;
using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Routing;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Resilience;

/// <summary>One of two endpoints refuses calls at once; the other takes them.</summary>
public sealed class RefusingEndpointTests : RoutingTest
{
    private static readonly UpstreamHandler Answering = Answers.Result(ScriptedServers.Complete(Era.Modern, """{"content":[{"type":"text","text":"done"}]}"""));

    private protected override GatewaySetup Setup => new()
    {
        // The two connect at different times.
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Balancing:SlowStart"] = "00:00:00", ["Balancing:HealthMinCalls"] = "4" },
    };

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task RetryAfter_OfOneEndpoint_LeavesItAlone(int status)
    {
        var (one, two) = await AddPairAsync(static _ => Answering);
        one.On("tools/call", async exchange =>
        {
            exchange.Header("Retry-After", "60");
            await exchange.StatusAsync(status);
        });
        two.On("tools/call", Answering);
        var client = await OpenAsync(Era.Modern);

        for (var i = 0; i < 20; i++)
        {
            // Without hints, a call is not sent again that a server in trouble may have run.
            var answer = await client.CallToolAsync("b__work", Cancellation);
            Assert.True(status == 503 || answer.Body.Contains("done", StringComparison.Ordinal), answer.Body);
        }

        Assert.Equal(1, Calls(one));
        Assert.InRange(Calls(two), 19, 20);
        var choice = (await ExplainAsync("""{"method":"tools/call","name":"b__work"}""")).GetProperty("choice");
        Assert.Equal(["refusing", "candidate"], choice.GetProperty("endpoints").EnumerateArray().Select(static endpoint => endpoint.GetProperty("state").GetString()));
        Assert.Equal(choice.GetProperty("endpoints")[1].GetProperty("id").GetGuid(), choice.GetProperty("endpoint").GetGuid());
        var (metrics, other) = await MetricsAsync();
        Assert.Equal(status == 429 ? (1, 0) : (0, 1), (metrics.GetProperty("refused").GetInt32(), metrics.GetProperty("failed").GetInt32()));
        Assert.InRange(metrics.GetProperty("refusingForMs").GetInt64(), 1, 60_000);
        Assert.False(other.TryGetProperty("refusingForMs", out _));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task Credential_DeadAtOneEndpoint_ItLosesItsShare(int status)
    {
        var (one, two) = await AddPairAsync(static _ => Answering);
        one.On("tools/call", Answers.Status(status));
        var client = await OpenAsync(Era.Modern);

        for (var i = 0; i < 30; i++)
        {
            await client.CallToolAsync("b__work", Cancellation);
        }

        // One caller's refusals count in full after twice the calls that it takes to judge; one more where it is asked first, since the other one has to have taken as many.
        var refused = Calls(one);
        Assert.InRange(refused, 8, 9);
        Assert.Equal(30 - refused, Calls(two));
        var (metrics, other) = await MetricsAsync();
        Assert.Equal(("unhealthy", "closed", refused, 0), (metrics.GetProperty("condition").GetString(), metrics.GetProperty("circuit").GetString(), metrics.GetProperty("refused").GetInt32(), metrics.GetProperty("failed").GetInt32()));
        Assert.Equal("healthy", other.GetProperty("condition").GetString());
        var choice = (await ExplainAsync("""{"method":"tools/call","name":"b__work"}""")).GetProperty("choice");
        Assert.Equal("unhealthy", choice.GetProperty("endpoints")[0].GetProperty("state").GetString());
    }

    /// <summary>A server may refuse to open a session as well as a call.</summary>
    [Fact]
    public async Task Session_EndpointOpensNone_LeavesItAlone()
    {
        ScriptedUpstream[] pair = [Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation)), Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation))];
        await Gateway.Registry.RegisterAsync(EndpointsOf("b", pair), Cancellation);
        await Gateway.Registry.WaitAsync("b", "healthy", Cancellation);
        foreach (var upstream in pair)
        {
            await upstream.WaitUntilAsync(static one => one.Requests.All.Any(static request => request.Verb == "GET"), "it is connected", Cancellation);
        }

        var opened = Calls(pair[0], "initialize");
        pair[0].On("initialize", async exchange =>
        {
            exchange.Header("Retry-After", "60");
            await exchange.StatusAsync(429);
        });
        for (var i = 0; i < 6; i++)
        {
            await WhoAsync(await OpenAsync(Era.Legacy), "b__work");
        }

        Assert.Equal((opened + 1, 0), (Calls(pair[0], "initialize"), Calls(pair[0])));
        Assert.Equal(1, (await MetricsAsync()).One.GetProperty("refused").GetInt32());
    }

    private async Task<(JsonElement One, JsonElement Two)> MetricsAsync()
    {
        var (status, body) = await SendAsync(Gateway.Http, HttpMethod.Get, "/api/v1/router/metrics?server=b");
        Assert.True(status == HttpStatusCode.OK, body);
        var endpoints = JsonElement.Parse(body).GetProperty("servers")[0].GetProperty("endpoints");
        return (endpoints[0], endpoints[1]);
    }
}
