using System.Net;
using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.Routing;

public sealed class RouteExplainTests : RoutingTest
{
    private const string Request = """{"method":"tools/call","name":"a__work"}""";

    [Fact]
    public async Task Explain_Rules_SaysWhyEachHoldsOrNotAndUsesUpNothing()
    {
        var a = await AddTwinAsync("a");
        var b = await AddTwinAsync("b");
        var c = await AddTwinAsync("c");
        await AddRouteAsync("""{"servers":[{"server":"b"}]}""", """{"all":[{"field":"tool","operator":"equals","value":"work"},{"field":"header","name":"X-Region","operator":"equals","value":"eu"}]}""", ",\"priority\":1");
        await AddRouteAsync("""{"servers":[{"server":"nowhere"}]}""", more: ",\"priority\":2");
        await AddRouteAsync("""{"canary":{"percent":0,"servers":[{"server":"b"}]}}""", more: ",\"priority\":3");
        await AddRouteAsync("""{"servers":[{"server":"b"},{"server":"c"}]}""", more: ",\"priority\":4,\"policy\":\"round_robin\"");
        await AddRouteAsync("""{"servers":[{"server":"a"}]}""", more: ",\"priority\":5");
        JsonElement explained = default;
        for (var i = 0; i < 3; i++)
        {
            explained = await ExplainAsync("""{"method":"tools/call","name":"a__work","headers":{"X-Region":"us"}}""");
            Assert.Equal("b", explained.GetProperty("choice").GetProperty("server").GetString());
        }

        var rules = explained.GetProperty("rules").EnumerateArray().ToArray();
        Assert.Equal(["conditions", "no_usable_target", "not_in_canary", "chosen", "not_reached"], rules.Select(static rule => rule.GetProperty("state").GetString()));
        Assert.Equal("conditions.all[1]", rules[0].GetProperty("condition").GetString());
        Assert.Equal("unknown_server", rules[1].GetProperty("targets")[0].GetProperty("state").GetString());
        Assert.Equal(("a", "work"), (explained.GetProperty("server").GetString(), explained.GetProperty("item").GetString()));
        Assert.Equal(0, Calls(a) + Calls(b) + Calls(c));

        // What was told is what happens: it was nobody's turn before.
        var client = await OpenAsync(Era.Modern);
        Assert.Equal("b", await WhoAsync(client));
        Assert.Equal("c", await WhoAsync(client));
        Assert.Equal("b", (await ExplainAsync("""{"method":"tools/call","name":"work","alias":"a"}""")).GetProperty("choice").GetProperty("server").GetString());
    }

    /// <summary>What all tenants together do there is not for one of them.</summary>
    [Fact]
    public async Task Explain_GlobalServer_TellsATenantNothingOfItsLoad()
    {
        await AddTwinAsync("a");
        var other = await AddTenantAsync();

        Assert.Equal(0, Endpoint(await ExplainAsync(Request)).GetProperty("inFlight").GetInt32());
        Assert.False(Endpoint(await ExplainAsync(Request, other)).TryGetProperty("inFlight", out _));

        static JsonElement Endpoint(JsonElement explained) => explained.GetProperty("choice").GetProperty("endpoints")[0];
    }

    /// <summary>What the rules for other customers are about is not for this one.</summary>
    [Fact]
    public async Task Explain_GlobalRulesThatDoNotHold_AreShownToATenantWithoutTheirNames()
    {
        await AddTwinAsync("a");
        var other = await AddTenantAsync();
        await AddRouteAsync("""{"servers":[{"server":"a"}]}""", """{"field":"header","name":"X-Customer","operator":"equals","value":"b"}""", ",\"priority\":1");
        var holds = await AddRouteAsync("""{"servers":[{"server":"a"}]}""", more: ",\"priority\":2");
        await AddRouteAsync("""{"servers":[{"server":"a"}]}""", more: ",\"priority\":3");

        var rules = (await ExplainAsync(Request, other)).GetProperty("rules").EnumerateArray().ToArray();

        Assert.Equal(["conditions", "chosen", "not_reached"], rules.Select(static rule => rule.GetProperty("state").GetString()));
        Assert.Equal([null, holds.GetProperty("name").GetString(), null], rules.Select(static rule => rule.TryGetProperty("name", out var name) ? name.GetString() : null));
        Assert.False(rules[0].TryGetProperty("condition", out _));
        Assert.All((await ExplainAsync(Request)).GetProperty("rules").EnumerateArray(), static rule => Assert.True(rule.TryGetProperty("name", out _)));
    }

    [Fact]
    public async Task Explain_Targets_SaysWhyEachIsExcluded()
    {
        await AddTwinAsync("a");
        var away = await AddTwinAsync("away");
        await AddTwinAsync("hidden");
        var (_, key) = await AddCallerAsync("caller");
        var (_, other) = await AddCallerAsync("other");
        await GrantAsync((await Gateway.Registry.FindAsync("hidden", Cancellation)).GetProperty("id").GetGuid(), other);
        await away.DisposeAsync();
        await Gateway.Registry.WaitAsync("away", "unhealthy", Cancellation);
        await AddRouteAsync("""{"servers":[{"server":"nowhere"},{"server":"away"},{"server":"hidden"},{"server":"a","weight":0}]}""");

        var explained = await ExplainAsync($$"""{"keyId":"{{key}}","method":"tools/call","name":"a__work"}""");

        Assert.Equal(
            ["unknown_server", "away", "hidden", "no_weight"],
            explained.GetProperty("rules")[0].GetProperty("targets").EnumerateArray().Select(static target => target.GetProperty("state").GetString()));
        Assert.Equal(("a", "default"), (explained.GetProperty("choice").GetProperty("server").GetString(), explained.GetProperty("choice").GetProperty("by").GetString()));
    }

    [Fact]
    public async Task Explain_ConditionsOnTheCall_GoByWhatIsSaid()
    {
        await AddTwinAsync("a");
        await AddTwinAsync("b");
        await AddRouteAsync("""{"servers":[{"server":"b"}]}""", """
            {"all":[{"field":"address","operator":"cidr","value":"10.0.0.0/8"},{"field":"argument","pointer":"/q","operator":"equals","value":1},
             {"field":"size","operator":"gt","value":5000},{"field":"day","operator":"equals","value":0}]}
            """);

        var explained = await ExplainAsync("""{"method":"tools/call","name":"a__work","address":"10.1.1.1","arguments":{"q":1},"size":6000,"at":"2026-08-03T09:00:00Z"}""");
        var onTuesday = await ExplainAsync("""{"method":"tools/call","name":"a__work","address":"10.1.1.1","arguments":{"q":1},"size":6000,"at":"2026-08-04T09:00:00Z"}""");

        Assert.Equal("b", explained.GetProperty("choice").GetProperty("server").GetString());
        Assert.Equal("a", onTuesday.GetProperty("choice").GetProperty("server").GetString());
    }

    [Fact]
    public async Task Explain_Faults_AreAllNamed()
    {
        var (status, body) = await SendAsync(Gateway.Http, HttpMethod.Post, "/api/v1/router/explain", $$"""{"keyId":"{{Guid.CreateVersion7()}}","subject":"me","method":"x","name":"{{new string('n', 3_000)}}","address":"here","more":1}""");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(
            ["address", "keyId", "method", "more", "name", "subject"],
            JsonElement.Parse(body).GetProperty("errors").EnumerateArray().Select(static error => error.GetProperty("path").GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Explain_UnknownTool_IsWhatTheCallerWouldBeTold()
    {
        var explained = await ExplainAsync("""{"method":"tools/call","name":"a__work"}""");

        Assert.Equal("unknown_tool", explained.GetProperty("error").GetString());
        Assert.False(explained.TryGetProperty("choice", out _));
    }

    [Fact]
    public async Task DryRun_RecordedRequests_SaysWhatRulesWouldHaveDone()
    {
        await AddTwinAsync("a");
        await AddTwinAsync("b");
        var client = await OpenAsync(Era.Modern);
        await WhoAsync(client);
        await WhoAsync(client);
        await client.CallAsync("prompts/get", Cancellation, "\"name\":\"a__ask\"");
        var stored = await AddRouteAsync("""{"servers":[{"server":"nowhere"}]}""");
        await LoggedAsync(3);

        var report = await DryRunAsync($$$"""
            {"rules":[{"id":"{{{stored.GetProperty("id").GetGuid()}}}","name":"changed","conditions":{"field":"tool","operator":"equals","value":"work"},"targets":{"servers":[{"server":"b"}]}},
                      {"name":"unsure","conditions":{"all":[{"field":"prompt","operator":"equals","value":"ask"},{"field":"role","operator":"equals","value":"admin"}]},"targets":{"servers":[{"server":"b"}]}}]}
            """);

        Assert.Equal((3, 0, 1), (report.GetProperty("decided").GetInt32(), report.GetProperty("default").GetInt32(), report.GetProperty("undecided").GetInt32()));
        var rule = Assert.Single(report.GetProperty("rules").EnumerateArray());
        Assert.Equal(("changed", 2, 2), (rule.GetProperty("name").GetString(), rule.GetProperty("requests").GetInt32(), rule.GetProperty("moved").GetInt32()));
        Assert.Equal(1, report.GetProperty("missing").GetProperty("role").GetInt32());
        Assert.Equal(["role", "header", "argument"], report.GetProperty("neverLogged").EnumerateArray().Select(static name => name.GetString()));
        var undecided = report.GetProperty("requests")[0];
        Assert.Equal(("undecided", "unsure"), (undecided.GetProperty("verdict").GetString(), undecided.GetProperty("possible")[0].GetString()));

        var without = await DryRunAsync($$"""{"remove":["{{stored.GetProperty("id").GetGuid()}}"]}""");
        Assert.Equal(3, without.GetProperty("default").GetInt32());
        Assert.Equal("a", await WhoAsync(client));
    }
}
