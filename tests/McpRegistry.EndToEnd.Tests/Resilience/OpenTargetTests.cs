using System.Net;
using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Routing;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.Resilience;

/// <summary>Routing rules lead no call to where circuit breakers would refuse it.</summary>
public sealed class OpenTargetTests : RoutingTest
{
    private const string Call = """{"subject":"me","method":"tools/call","name":"a__work"}""";

    [Fact]
    public async Task Rule_TargetIsOpen_IsPassedOverAndExplained()
    {
        await AddTwinAsync("a");
        await AddTwinAsync("b");
        await AddTwinAsync("c");
        await AddRouteAsync("""{"servers":[{"server":"b"}]}""", more: ",\"priority\":1");
        await AddRouteAsync("""{"servers":[{"server":"b","weight":9},{"server":"c"}]}""", more: ",\"priority\":2");
        var client = await OpenAsync(Gateway.Http, Era.Modern);
        Assert.Equal("b", await WhoAsync(client));

        await ActAsync("b", "isolate");

        Assert.Equal("c", await WhoAsync(client));
        Assert.Equal("no_usable_target: servers/b=circuit_open | chosen: servers/b=circuit_open servers/c=usable", States(await ExplainAsync(Call)));
        await ActAsync("b", "close");
        Assert.Equal("b", await WhoAsync(client));
    }

    [Fact]
    public async Task Rule_ItsEndpointOrAllOfItsServersAreOpen_GoesAsWithoutIt()
    {
        await AddTwinAsync("a");
        var endpoint = (await AddAndFindAsync("b")).GetProperty("endpointIds")[0].GetGuid();
        await AddRouteAsync($$"""{"servers":[{"server":"b","endpoint":"{{endpoint}}"}]}""");
        var client = await OpenAsync(Gateway.Http, Era.Modern);
        Assert.Equal("b", await WhoAsync(client));

        await ActAsync("b", "open");

        Assert.Equal("a", await WhoAsync(client));
        Assert.Equal("no_usable_target: servers/b=circuit_open", States(await ExplainAsync(Call)));
    }

    /// <summary>As long as no rule leads the call elsewhere, what is explained is what its caller is told.</summary>
    [Fact]
    public async Task Explain_EndpointOfTheServerIsOpen_SaysThatTheCallIsRefused()
    {
        await AddTwinAsync("a");
        var client = await OpenAsync(Gateway.Http, Era.Modern);
        Assert.True((await ExplainAsync("""{"subject":"me","alias":"a","method":"tools/list"}""")).GetProperty("choice").TryGetProperty("endpoint", out _));
        Assert.False((await ExplainAsync("""{"subject":"me","alias":"a","method":"server/discover"}""")).GetProperty("choice").TryGetProperty("endpoint", out _));
        await ActAsync("a", "isolate");

        var explained = await ExplainAsync(Call);

        Assert.Equal("circuit_open", explained.GetProperty("error").GetString());
        Assert.Equal("circuit_open", explained.GetProperty("choice").GetProperty("endpoints")[0].GetProperty("state").GetString());
        Assert.False(explained.GetProperty("choice").TryGetProperty("endpoint", out _));
        Assert.Equal("circuit_open", (await ExplainAsync("""{"subject":"me","alias":"a","method":"resources/subscribe","uri":"test://one"}""")).GetProperty("error").GetString());
        Assert.Contains("\"circuit_open\"", (await client.CallToolAsync("a__work", Cancellation)).Body, StringComparison.Ordinal);
    }

    private async Task<JsonElement> AddAndFindAsync(string alias)
    {
        await AddTwinAsync(alias);
        return await Gateway.Registry.FindAsync(alias, Cancellation);
    }

    private async Task ActAsync(string alias, string action)
    {
        var id = (await Gateway.Registry.FindAsync(alias, Cancellation)).GetProperty("endpointIds")[0].GetGuid();
        var (status, body) = await SendAsync(Gateway.Http, HttpMethod.Post, $"/api/v1/circuit-breakers/{id}/{action}");
        Assert.True(status == HttpStatusCode.OK, body);
    }

    private static string States(JsonElement explained) => string.Join(" | ", explained.GetProperty("rules").EnumerateArray().Select(static rule =>
        $"{rule.GetProperty("state").GetString()}: {string.Join(' ', rule.GetProperty("targets").EnumerateArray().Select(static target => $"{target.GetProperty("part").GetString()}/{target.GetProperty("server").GetString()}={target.GetProperty("state").GetString()}"))}"));
}
