using System.Net;
using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Routing;

public sealed class RouterMetricsTests : RoutingTest
{
    private const string MetricsPath = "/api/v1/router/metrics";

    [Fact]
    public async Task Metrics_AfterCalls_SayWhatTheEndpointsDid()
    {
        await AddTwinAsync("a");
        var failing = await AddTwinAsync("b");
        failing.On("tools/call", Answers.Error(-32603, "It broke."));
        var client = await OpenAsync(Era.Modern);
        for (var i = 0; i < 3; i++)
        {
            await client.CallToolAsync("a__work", Cancellation);
            await client.CallToolAsync("b__work", Cancellation);
        }

        var servers = (await ReadAsync("")).GetProperty("servers").EnumerateArray().ToArray();

        Assert.Equal(["a", "b"], servers.Select(static server => server.GetProperty("alias").GetString()));
        var (well, broken) = (servers[0].GetProperty("endpoints")[0], servers[1].GetProperty("endpoints")[0]);
        Assert.Equal((3, 0, 0, 1.0), (Number(well, "total"), Number(well, "failed"), Number(well, "inFlight"), well.GetProperty("successRate").GetDouble()));
        Assert.Equal((3, 3, 0, 0.0), (Number(broken, "total"), Number(broken, "failed"), Number(broken, "inFlight"), broken.GetProperty("successRate").GetDouble()));
        Assert.Equal(("healthy", "closed", true), (well.GetProperty("condition").GetString(), well.GetProperty("circuit").GetString(), well.GetProperty("isConnected").GetBoolean()));
        var latency = well.GetProperty("latencyMs");
        Assert.True(latency.GetProperty("p50").GetDouble() > 0);
        Assert.True(latency.GetProperty("p99").GetDouble() >= latency.GetProperty("p50").GetDouble());
        var explained = await ExplainAsync("""{"method":"tools/call","name":"a__work"}""");
        Assert.Equal(well.GetProperty("id").GetGuid(), explained.GetProperty("choice").GetProperty("endpoint").GetGuid());
        Assert.Equal("candidate", explained.GetProperty("choice").GetProperty("endpoints")[0].GetProperty("state").GetString());
    }

    [Fact]
    public async Task Metrics_CallUnderWay_IsInFlight()
    {
        var upstream = await AddTwinAsync("a");
        var gate = new Gate();
        upstream.On("tools/call", Answers.After(gate, Answers.Result("""{"resultType":"complete","content":[]}""")));
        var client = await OpenAsync(Era.Modern);
        var call = client.CallToolAsync("a__work", Cancellation);
        await gate.WhenWaitingAsync(1, Cancellation);

        var busy = (await ReadAsync("?server=a")).GetProperty("servers")[0];
        Assert.Equal((1, 1), (Number(busy, "inFlight"), Number(busy.GetProperty("queue"), "running")));

        gate.Open();
        await call;
        var server = (await ReadAsync("?server=a")).GetProperty("servers")[0];
        Assert.Equal((0, 1), (Number(server, "inFlight"), Number(server, "total")));
    }

    [Fact]
    public async Task Metrics_Pages_FollowOneAnother()
    {
        await AddTwinAsync("a");
        await AddTwinAsync("b");

        var first = await ReadAsync("?limit=1");
        var second = await ReadAsync($"?limit=1&cursor={first.GetProperty("nextCursor").GetString()}");

        Assert.Equal("b", Assert.Single(second.GetProperty("servers").EnumerateArray()).GetProperty("alias").GetString());
        Assert.False(second.TryGetProperty("nextCursor", out _));
    }

    /// <summary>A global server is called by every tenant; how much is not for each of them to know.</summary>
    [Fact]
    public async Task Metrics_OfOtherTenants_AreNotShown()
    {
        await AddTwinAsync("a");
        var other = await AddTenantAsync();

        var (status, body) = await SendAsync(other, HttpMethod.Get, MetricsPath);

        Assert.Equal((HttpStatusCode.OK, """{"servers":[]}"""), (status, body));
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(other, HttpMethod.Get, $"{MetricsPath}?server=a")).Status);
    }

    [Fact]
    public async Task Metrics_HiddenServer_IsNotShown()
    {
        await AddTwinAsync("a");
        await AddTwinAsync("b");
        var (watcher, own) = await AddCallerAsync("watcher", ApiKeyScope.Metrics | ApiKeyScope.Read);
        var (_, owner) = await AddCallerAsync("owner");
        await GrantAsync((await Gateway.Registry.FindAsync("a", Cancellation)).GetProperty("id").GetGuid(), own);
        await GrantAsync((await Gateway.Registry.FindAsync("b", Cancellation)).GetProperty("id").GetGuid(), owner);

        var (_, body) = await SendAsync(watcher, HttpMethod.Get, MetricsPath);

        Assert.Equal("a", Assert.Single(JsonElement.Parse(body).GetProperty("servers").EnumerateArray()).GetProperty("alias").GetString());
    }

    [Fact]
    public async Task Metrics_WithoutTheScope_AreForbidden()
    {
        var (caller, _) = await AddCallerAsync("caller");

        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(caller, HttpMethod.Get, MetricsPath)).Status);
    }

    [Theory]
    [InlineData("?server=nobody", HttpStatusCode.NotFound)]
    [InlineData("?server=a&server=b", HttpStatusCode.BadRequest)]
    [InlineData("?limit=0", HttpStatusCode.BadRequest)]
    [InlineData("?cursor=%00", HttpStatusCode.BadRequest)]
    [InlineData("?replicas=one", HttpStatusCode.BadRequest)]
    [InlineData("?replicas=all&replicas=all", HttpStatusCode.BadRequest)]
    public async Task Metrics_BadQuery_IsRefused(string query, HttpStatusCode expected) =>
        Assert.Equal(expected, (await SendAsync(Gateway.Http, HttpMethod.Get, MetricsPath + query)).Status);

    private async Task<JsonElement> ReadAsync(string query)
    {
        var (status, body) = await SendAsync(Gateway.Http, HttpMethod.Get, MetricsPath + query);
        Assert.True(status == HttpStatusCode.OK, body);
        return JsonElement.Parse(body);
    }

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
