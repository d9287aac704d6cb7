using System.Net;
using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Routing;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Resilience;

/// <summary>Endpoints that fail get no more calls, and operators see and decide it.</summary>
public sealed class CircuitBreakerTests : RoutingTest
{
    private const string BreakersPath = "/api/v1/circuit-breakers";

    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Resilience:Retry:MaxAttempts"] = "1",
            ["Resilience:CircuitBreaker:Mode"] = "ConsecutiveFailures",
            ["Resilience:CircuitBreaker:ConsecutiveFailures"] = "3",
            ["Resilience:CircuitBreaker:BreakDuration"] = "01:00:00",
            ["Resilience:CircuitBreaker:MaxBreakDuration"] = "01:00:00",
        },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task FailingEndpoint_AfterItsTrip_IsNotCalledAndTheAnswerSaysWhenToComeBack(Era clientEra, Era serverEra)
    {
        var upstream = await AddTwinAsync("a", serverEra);
        upstream.On("tools/call", Answers.Status(500));
        var client = await OpenAsync(Gateway.Http, clientEra);
        for (var i = 0; i < 3; i++)
        {
            await client.CallToolAsync("a__work", Cancellation);
        }

        var before = Calls(upstream);
        var refused = await client.CallToolAsync("a__work", Cancellation);

        Assert.Equal((3, 3), (before, Calls(upstream)));
        var data = refused.Error.GetProperty("data");
        Assert.Equal(("circuit_open", "a", true), (refused.Reason, data.GetProperty("upstream").GetString(), data.GetProperty("retryable").GetBoolean()));
        Assert.InRange(data.GetProperty("retryAfterMs").GetInt64(), 3_500_000, 3_600_000);
        Assert.Equal(-32603, refused.Error.GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Answers_ThatAreNoFailures_LeaveTheBreakerClosed()
    {
        var upstream = await AddTwinAsync("a");
        UpstreamHandler[] harmless =
        [
            Answers.Result("""{"resultType":"complete","content":[],"isError":true}"""),
            Answers.Error(-32602, "bad arguments"),
            Answers.Status(429),
            Answers.Status(400),
            Answers.Status(403),
        ];
        var client = await OpenAsync(Gateway.Http, Era.Modern);
        foreach (var answer in harmless)
        {
            upstream.On("tools/call", answer);
            for (var i = 0; i < 5; i++)
            {
                await client.CallToolAsync("a__work", Cancellation);
            }
        }

        var breaker = await OnlyAsync();
        Assert.Equal(("closed", 0L, 25L), (breaker.GetProperty("state").GetString(), breaker.GetProperty("failures").GetInt64(), breaker.GetProperty("requests").GetInt64()));
    }

    [Fact]
    public async Task Operator_OpensIsolatesClosesAndResets_AndEachIsAudited()
    {
        var upstream = await AddTwinAsync("a");
        var client = await OpenAsync(Gateway.Http, Era.Modern);
        var id = (await OnlyAsync()).GetProperty("endpointId").GetGuid();

        Assert.Equal("open", await ActAsync(id, "open"));
        Assert.Equal("circuit_open", await ReasonAsync(client));
        Assert.Equal("isolated", await ActAsync(id, "isolate", """{"reason":"repair"}"""));
        Assert.Equal("circuit_open", await ReasonAsync(client));
        Assert.Equal("repair", (await OnlyAsync()).GetProperty("reason").GetString());
        Assert.Equal("closed", await ActAsync(id, "close"));
        Assert.Equal("a", await WhoAsync(client));
        Assert.Equal(
            [("closed", "open"), ("open", "isolated"), ("isolated", "closed")],
            (await OnlyAsync()).GetProperty("history").EnumerateArray().Select(static change => (change.GetProperty("before").GetString(), change.GetProperty("state").GetString())));
        Assert.Equal("closed", await ActAsync(id, "reset", """{"reason":"mended"}"""));
        Assert.Equal(0, (await OnlyAsync()).GetProperty("requests").GetInt64());
        Assert.Equal("mended", Assert.Single((await OnlyAsync()).GetProperty("history").EnumerateArray()).GetProperty("reason").GetString());

        Assert.Equal(1, Calls(upstream));
        var (_, trail) = await SendAsync(Gateway.Http, HttpMethod.Get, $"/api/v1/audit?resourceType=circuit_breaker&resourceId={id}");
        Assert.Equal(
            ["circuit_breaker.close", "circuit_breaker.isolate", "circuit_breaker.open", "circuit_breaker.reset"],
            JsonElement.Parse(trail).GetProperty("events").EnumerateArray().Select(static row => row.GetProperty("action").GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Breaker_OfAnotherTenant_DoesNotExist()
    {
        await AddTwinAsync("a");
        var id = (await OnlyAsync()).GetProperty("endpointId").GetGuid();
        var other = await AddTenantAsync();
        var (ordinary, _) = await AddCallerAsync("ordinary");

        var (status, list) = await SendAsync(other, HttpMethod.Get, BreakersPath);
        Assert.Equal((HttpStatusCode.OK, 0), (status, JsonElement.Parse(list).GetProperty("items").GetArrayLength()));
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(other, HttpMethod.Get, $"{BreakersPath}/{id}")).Status);
        foreach (var action in (string[])["open", "close", "isolate", "reset"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(other, HttpMethod.Post, $"{BreakersPath}/{id}/{action}")).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(ordinary, HttpMethod.Post, $"{BreakersPath}/{id}/{action}")).Status);
        }

        Assert.Equal("closed", (await OnlyAsync()).GetProperty("state").GetString());
    }

    private async Task<JsonElement> OnlyAsync()
    {
        var (status, body) = await SendAsync(Gateway.Http, HttpMethod.Get, BreakersPath);
        Assert.True(status == HttpStatusCode.OK, body);
        return Assert.Single(JsonElement.Parse(body).GetProperty("items").EnumerateArray());
    }

    private async Task<string?> ActAsync(Guid id, string action, string? body = null)
    {
        var (status, answer) = await SendAsync(Gateway.Http, HttpMethod.Post, $"{BreakersPath}/{id}/{action}", body);
        Assert.True(status == HttpStatusCode.OK, answer);
        return JsonElement.Parse(answer).GetProperty("state").GetString();
    }

    private static async Task<string?> ReasonAsync(RawClient client) =>
        (await client.CallToolAsync("a__work", Cancellation)).Reason;
}
