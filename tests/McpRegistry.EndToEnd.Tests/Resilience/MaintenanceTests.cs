using System.Net;
using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Routing;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Resilience;

/// <summary>A server in maintenance gets no new call, and what runs there ends.</summary>
public sealed class MaintenanceTests : RoutingTest
{
    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task ServerInMaintenance_RunningCallEnds_AndNewOnesAreToldWhy(Era clientEra, Era serverEra)
    {
        var gate = new Gate();
        var upstream = await AddTwinAsync("a", serverEra);
        upstream.On("tools/call", Answers.After(gate, Answers.Result(ScriptedServers.Complete(serverEra, """{"content":[{"type":"text","text":"done"}]}"""))));
        var client = await OpenAsync(Gateway.Http, clientEra);
        var running = client.CallToolAsync("a__work", Cancellation);
        await gate.WhenWaitingAsync(1, Cancellation);

        Assert.Equal("maintenance", await SetAsync("a", HttpMethod.Put));
        var refused = await client.CallToolAsync("a__work", Cancellation);
        var data = refused.Error.GetProperty("data");
        Assert.Equal(("maintenance", "a", true), (refused.Reason, data.GetProperty("upstream").GetString(), data.GetProperty("retryable").GetBoolean()));
        Assert.DoesNotContain("a__work", (await client.CallAsync("tools/list", Cancellation)).Body, StringComparison.Ordinal);
        gate.Open();
        Assert.Equal("done", Text(await running));
        Assert.Equal(1, Calls(upstream));

        Assert.Equal("healthy", await SetAsync("a", HttpMethod.Delete));
        Assert.Equal("done", await WhoAsync(client));
    }

    [Fact]
    public async Task ServerInMaintenance_NewDefinition_LeavesItThere()
    {
        var upstream = await AddTwinAsync("a");
        await SetAsync("a", HttpMethod.Put);
        Assert.Equal("maintenance", await SetAsync("a", HttpMethod.Put));
        var id = (await Gateway.Registry.FindAsync("a", Cancellation)).GetProperty("id").GetGuid();

        var (status, body) = await SendAsync(Gateway.Http, HttpMethod.Put, $"/api/v1/servers/{id}", $$"""{"name":"a","description":"new","url":"{{upstream.Url}}"}""");

        Assert.True(status == HttpStatusCode.OK, body);
        Assert.Equal("maintenance", Health(JsonElement.Parse(body)));
        await SetAsync("a", HttpMethod.Delete);
        var (_, trail) = await SendAsync(Gateway.Http, HttpMethod.Get, $"/api/v1/audit?resourceType=server&resourceId={id}");
        Assert.Equal(
            ["server.begin_maintenance", "server.create", "server.end_maintenance", "server.update"],
            JsonElement.Parse(trail).GetProperty("events").EnumerateArray().Select(static row => row.GetProperty("action").GetString()).Order(StringComparer.Ordinal));
    }

    /// <summary>The session is opened for the call, and opens when nothing new may come.</summary>
    [Theory]
    [MemberData(nameof(Eras))]
    public async Task ServerInMaintenance_CallWhoseSessionOpensThen_IsNotSent(Era clientEra)
    {
        var gate = new Gate();
        var upstream = await AddTwinAsync("a", Era.Legacy);
        var client = await OpenAsync(Gateway.Http, clientEra);
        upstream.On("initialize", Answers.After(gate, Answers.Result("""{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"scripted","version":"1.0.0"}}""")));
        var call = client.CallToolAsync("a__work", Cancellation);
        await gate.WhenWaitingAsync(1, Cancellation);

        await SetAsync("a", HttpMethod.Put);
        gate.Open();

        Assert.Equal(("maintenance", 0), ((await call).Reason, Calls(upstream)));
        await SetAsync("a", HttpMethod.Delete);
        Assert.Equal("a", await WhoAsync(client));
    }

    /// <summary>What a server was in the middle of has to end there.</summary>
    [Fact]
    public async Task ServerInMaintenance_AnswersToItsQuestions_ReachIt()
    {
        var upstream = await AddTwinAsync("a");
        var client = await OpenAsync(Gateway.Http, Era.Modern);
        await SetAsync("a", HttpMethod.Put);

        var answer = await client.CallAsync("tools/call", Cancellation, "\"name\":\"a__work\",\"arguments\":{},\"requestState\":\"s\",\"inputResponses\":{}");

        Assert.Equal("a", Text(answer));
        Assert.Equal("maintenance", (await client.CallToolAsync("a__work", Cancellation)).Reason);
        Assert.Equal(1, Calls(upstream));
    }

    /// <summary>What means nothing in the session era is no answer.</summary>
    [Theory]
    [MemberData(nameof(Eras))]
    public async Task ServerInMaintenance_MembersOfTheOtherEra_DoNotReachIt(Era era)
    {
        var upstream = await AddTwinAsync("a", era);
        var client = await OpenAsync(Gateway.Http, Era.Legacy);
        await SetAsync("a", HttpMethod.Put);

        Assert.Equal("maintenance", (await client.CallAsync("tools/call", Cancellation, "\"name\":\"a__work\",\"arguments\":{},\"requestState\":\"s\",\"inputResponses\":{}")).Reason);
        Assert.Equal(0, Calls(upstream));
    }

    [Fact]
    public async Task ServerInMaintenance_RulesThatLeadThere_ArePassedOverAndItsOwnLeadElsewhere()
    {
        await AddTwinAsync("a");
        await AddTwinAsync("b");
        var rule = await AddRouteAsync("""{"servers":[{"server":"b"}]}""");
        var client = await OpenAsync(Gateway.Http, Era.Modern);
        await SetAsync("b", HttpMethod.Put);

        Assert.Equal("a", await WhoAsync(client));
        var explained = (await ExplainAsync("""{"subject":"me","method":"tools/call","name":"a__work"}""")).GetProperty("rules")[0];
        Assert.Equal(("no_usable_target", "maintenance"), (explained.GetProperty("state").GetString(), explained.GetProperty("targets")[0].GetProperty("state").GetString()));

        await SetAsync("b", HttpMethod.Delete);
        await SetAsync("a", HttpMethod.Put);
        Assert.Equal("b", await WhoAsync(client));
        await DeleteRouteAsync(rule);
        Assert.Equal("maintenance", (await ExplainAsync("""{"subject":"me","method":"tools/call","name":"a__work"}""")).GetProperty("error").GetString());
        Assert.Equal("maintenance", (await ExplainAsync("""{"subject":"me","alias":"a","method":"tools/list"}""")).GetProperty("error").GetString());
    }

    [Fact]
    public async Task Maintenance_OfAnotherTenantOrWithoutTheRight_IsRefused()
    {
        await AddTwinAsync("a");
        var path = $"/api/v1/servers/{(await Gateway.Registry.FindAsync("a", Cancellation)).GetProperty("id").GetGuid()}/maintenance";
        var other = await AddTenantAsync();
        var (reader, _) = await AddCallerAsync("reader", ApiKeyScope.Read);

        foreach (var method in (HttpMethod[])[HttpMethod.Put, HttpMethod.Delete])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(other, method, path)).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(reader, method, path)).Status);
        }

        Assert.Equal("healthy", Health(await Gateway.Registry.FindAsync("a", Cancellation)));
    }

    private async Task<string?> SetAsync(string alias, HttpMethod method)
    {
        var id = (await Gateway.Registry.FindAsync(alias, Cancellation)).GetProperty("id").GetGuid();
        var (status, body) = await SendAsync(Gateway.Http, method, $"/api/v1/servers/{id}/maintenance");
        Assert.True(status == HttpStatusCode.OK, body);
        return Health(JsonElement.Parse(body));
    }

    private static string? Health(JsonElement server) => server.GetProperty("condition").GetProperty("health").GetString();
}
