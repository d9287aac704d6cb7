using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Routing;

/// <summary>What a dry run says of requests of the log, and that calls then do what it said.</summary>
public sealed class RouteDryRunTests : RoutingTest
{
    private const string Complete = "completion/complete";

    [Fact]
    public async Task DryRun_Canary_SaysWhichCallersAreInIt()
    {
        await AddTwinAsync("a");
        await AddTwinAsync("b");
        var keys = new List<HttpClient>();
        for (var i = 0; i < 12; i++)
        {
            keys.Add((await AddCallerAsync($"caller {i}")).Http);
            await WhoAsync(await OpenAsync(keys[^1], Era.Modern));
        }

        await LoggedAsync(keys.Count);
        var rule = await AddRouteAsync("""{"canary":{"percent":50,"servers":[{"server":"b"}]}}""", """{"field":"server","operator":"equals","value":"a"}""");

        var report = await DryRunAsync("{}");

        var led = 0;
        foreach (var key in keys)
        {
            led += await WhoAsync(await OpenAsync(key, Era.Modern)) == "b" ? 1 : 0;
        }

        // Which keys these are is chance, as their ids are; that all or none of twelve are in is one in two thousand, and no fault.
        Assert.Equal((led, keys.Count - led, 0), Verdicts(report, rule));
    }

    [Theory]
    [InlineData("header", "header")]
    [InlineData("session", "header")]
    public async Task DryRun_CanaryByWhatIsNotLogged_IsUndecided(string by, string missing)
    {
        await AddTwinAsync("a");
        await AddTwinAsync("b");
        await WhoAsync(await OpenAsync(Era.Modern));
        await LoggedAsync(1);
        var name = by == "header" ? ",\"name\":\"X-Customer\"" : "";
        var canary = $$$"""{"percent":50,"by":"{{{by}}}"{{{name}}},"servers":[{"server":"b"}]}""";

        var alone = await DryRunAsync($$$"""{"rules":[{"name":"canary","targets":{"canary":{{{canary}}}}}]}""");
        var withRest = await DryRunAsync($$$"""{"rules":[{"name":"canary","targets":{"servers":[{"server":"a"}],"canary":{{{canary}}}}}]}""");

        Assert.Equal((1, 1), (alone.GetProperty("undecided").GetInt32(), alone.GetProperty("missing").GetProperty(missing).GetInt32()));

        // The rule decides whoever asked; where to is one of the two.
        Assert.Equal(0, withRest.GetProperty("undecided").GetInt32());
        Assert.Equal(["b", "a"], withRest.GetProperty("requests")[0].GetProperty("targets").EnumerateArray().Select(static alias => alias.GetString()));
        Assert.Equal(0, withRest.GetProperty("rules")[0].GetProperty("moved").GetInt32());
    }

    [Theory]
    [InlineData("""{"type":"ref/prompt","name":"a__ask"}""", "prompt", "ask")]
    [InlineData("""{"type":"ref/resource","uri":"test://many/{id}"}""", "resource", "test://many/{id}")]
    public async Task DryRun_Completion_GoesByItsPromptOrTemplate(string reference, string field, string item)
    {
        foreach (var alias in (string[])["a", "b"])
        {
            (await AddTwinAsync(alias)).On(Complete, Answers.Result($$$"""{"resultType":"complete","completion":{"values":["{{{alias}}}"]}}"""));
        }

        var client = await OpenAsync(Era.Modern);
        Assert.Equal("a", await CompleteAsync());
        var entry = Assert.Single(await LoggedAsync(1));
        Assert.Equal(item, entry.TargetName);
        var rule = await AddRouteAsync("""{"servers":[{"server":"b"}]}""", $$"""{"field":"{{field}}","operator":"equals","value":"{{item}}"}""");

        var report = await DryRunAsync("{}");

        Assert.Equal((1, 0, 0), Verdicts(report, rule));
        Assert.Equal("b", report.GetProperty("requests")[0].GetProperty("targets")[0].GetString());
        Assert.Equal("b", await CompleteAsync());

        async Task<string?> CompleteAsync() => (await client.CallAsync(Complete, Cancellation, $$"""
            "ref":{{reference}},"argument":{"name":"x","value":""}
            """)).Result.GetProperty("completion").GetProperty("values")[0].GetString();
    }

    [Fact]
    public async Task DryRun_RuleThatOnlyMirrors_TheNextRuleDecides()
    {
        await AddTwinAsync("a");
        await AddTwinAsync("b");
        await AddTwinAsync("m");
        var client = await OpenAsync(Era.Modern);
        await client.CallAsync("prompts/get", Cancellation, "\"name\":\"a__ask\"");
        await LoggedAsync(1);
        var mirror = await AddRouteAsync("""{"mirror":{"percent":100,"server":"m"}}""", more: ",\"priority\":1");
        var leads = await AddRouteAsync("""{"servers":[{"server":"b"}]}""", more: ",\"priority\":2");

        var report = await DryRunAsync("{}");

        Assert.Equal((1, 0, 0), Verdicts(report, leads));
        var copies = Assert.Single(report.GetProperty("rules").EnumerateArray(), rule => rule.GetProperty("id").GetGuid() == mirror.GetProperty("id").GetGuid());
        Assert.Equal((0, 1), (copies.GetProperty("requests").GetInt32(), copies.GetProperty("copied").GetInt32()));
        Assert.Equal(mirror.GetProperty("name").GetString(), report.GetProperty("requests")[0].GetProperty("copy").GetString());
    }

    /// <summary>Reads how many requests a rule decides about, how many go as without rules, and how many are undecided.</summary>
    private static (int Rule, int Default, int Undecided) Verdicts(JsonElement report, JsonElement rule) => (
        report.GetProperty("rules").EnumerateArray().Where(one => one.GetProperty("id").GetGuid() == rule.GetProperty("id").GetGuid()).Sum(static one => one.GetProperty("requests").GetInt32()),
        report.GetProperty("default").GetInt32(),
        report.GetProperty("undecided").GetInt32());
}
