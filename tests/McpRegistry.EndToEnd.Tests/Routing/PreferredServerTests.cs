using System.Net;
using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Routing;

/// <summary>What callers and administrators see of rules that prefer some of their servers.</summary>
public sealed class PreferredServerTests : RoutingTest
{
    private const string PrimaryAndBackup = """{"servers":[{"server":"c"},{"server":"b","preferred":true}],"canary":{"percent":0,"servers":[{"server":"c","preferred":true},{"server":"a"}]}}""";
    private const string Harmless = ",\"annotations\":{\"readOnlyHint\":true}";

    [Fact]
    public async Task Rule_PreferredServers_AreKeptAsWritten()
    {
        var rule = await AddRouteAsync(PrimaryAndBackup);

        var (_, body) = await SendAsync(Gateway.Http, HttpMethod.Get, $"{RoutesPath}/{rule.GetProperty("id").GetGuid()}");
        var (status, refused) = await SendAsync(
            Gateway.Http, HttpMethod.Post, RoutesPath, $$"""{"name":"n","targets":{{PrimaryAndBackup.Replace("true", "\"yes\"", StringComparison.Ordinal)}}}""");

        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(PrimaryAndBackup), JsonElement.Parse(body).GetProperty("targets")), body);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(
            ["targets.servers[1].preferred wrong_type", "targets.canary.servers[0].preferred wrong_type"],
            JsonElement.Parse(refused).GetProperty("errors").EnumerateArray().Select(static error => $"{error.GetProperty("path").GetString()} {error.GetProperty("code").GetString()}"));
    }

    [Fact]
    public async Task Explain_PreferredServerIsUsable_TheOthersStandBy()
    {
        await AddTwinAsync("a");
        var b = await AddTwinAsync("b");
        await AddTwinAsync("c");
        await AddRouteAsync(PrimaryAndBackup);

        var before = await ExplainAsync("""{"method":"tools/call","name":"a__work"}""");
        await b.DisposeAsync();
        await Gateway.Registry.WaitAsync("b", "unhealthy", Cancellation);
        var after = await ExplainAsync("""{"method":"tools/call","name":"a__work"}""");

        Assert.Equal("b: c standby, b preferred usable, c preferred usable, a standby", States(before));
        Assert.Equal("c: c usable, b preferred away, c preferred usable, a standby", States(after));

        static string States(JsonElement explained) => $"{explained.GetProperty("choice").GetProperty("server").GetString()}: " + string.Join(
            ", ",
            explained.GetProperty("rules")[0].GetProperty("targets").EnumerateArray().Select(static target =>
                $"{target.GetProperty("server").GetString()}{(target.GetProperty("isPreferred").GetBoolean() ? " preferred" : "")} {target.GetProperty("state").GetString()}"));
    }

    [Fact]
    public async Task DryRun_PreferredServer_IsWhereRequestsGoWhileItIsUsable()
    {
        await AddTwinAsync("a");
        var b = await AddTwinAsync("b");
        await WhoAsync(await OpenAsync(Era.Modern));
        await LoggedAsync(1);
        const string rules = """{"rules":[{"name":"n","targets":{"servers":[{"server":"a"},{"server":"b","preferred":true}]}}]}""";

        var before = await DryRunAsync(rules);
        await b.DisposeAsync();
        await Gateway.Registry.WaitAsync("b", "unhealthy", Cancellation);
        var after = await DryRunAsync(rules);

        Assert.Equal(("b", 1), Targets(before));
        Assert.Equal(("a", 0), Targets(after));

        static (string Targets, int Moved) Targets(JsonElement report) => (
            string.Join(' ', report.GetProperty("requests")[0].GetProperty("targets").EnumerateArray().Select(static alias => alias.GetString())),
            report.GetProperty("rules")[0].GetProperty("moved").GetInt32());
    }

    [Fact]
    public async Task Call_EndpointOfThePreferredServerFails_GoesToItsOtherEndpointAndNotElsewhere()
    {
        await AddTwinAsync("a", annotations: Harmless);
        var c = await AddTwinAsync("c", annotations: Harmless);
        var (one, two) = await AddPairAsync(static name => name == "one" ? Answers.Status(500) : Says("two"), Harmless);
        await AddRouteAsync(PrimaryAndBackup);
        var client = await OpenAsync(Era.Modern);

        // Which of the two is asked first is a matter of the server's turns.
        for (var i = 0; i < 20 && Calls(one) == 0; i++)
        {
            Assert.Equal("two", await WhoAsync(client));
        }

        Assert.Equal(1, Calls(one));

        two.On("tools/call", Answers.Status(500));
        var failed = await client.CallToolAsync("a__work", Cancellation);
        Assert.Contains("\"upstream\":\"b\"", failed.Body, StringComparison.Ordinal);
        Assert.Equal(0, Calls(c));
    }

    [Fact]
    public async Task Call_EndpointThatTheRuleNamesFails_IsSentThereOnceMore()
    {
        await AddTwinAsync("a", annotations: Harmless);
        var (one, two) = await AddPairAsync(static name => name == "one" ? Answers.InOrder(Answers.Status(500), Says("one")) : Says("two"), Harmless);
        var endpoint = (await Gateway.Registry.FindAsync("b", Cancellation)).GetProperty("endpointIds")[0].GetGuid();
        await AddRouteAsync($$"""{"servers":[{"server":"b","endpoint":"{{endpoint}}","preferred":true},{"server":"b"}]}""");

        Assert.Equal("one", await WhoAsync(await OpenAsync(Era.Modern)));
        Assert.Equal((2, 0), (Calls(one), Calls(two)));
    }

    private static UpstreamHandler Says(string text) => Answers.Result($$"""{"resultType":"complete","content":[{"type":"text","text":"{{text}}"}]}""");
}
