using System.Net;
using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.Routing;

public sealed class RoutingRuleRouteTests : RoutingTest
{
    private const string Good = """{"name":"to b","description":"d","priority":5,"conditions":{"field":"tool","operator":"equals","value":"work"},"targets":{"servers":[{"server":"b","weight":2}]},"policy":"round_robin"}""";

    [Fact]
    public async Task Rule_CreatedReadListedReplacedDeleted_IsWhatWasWritten()
    {
        var created = await AddRuleAsync(Good);
        var path = $"{RoutesPath}/{created.GetProperty("id").GetGuid()}";
        Assert.Equal((5, "round_robin", true, true), (created.GetProperty("priority").GetInt32(), created.GetProperty("policy").GetString(), created.GetProperty("enabled").GetBoolean(), created.GetProperty("isGlobal").GetBoolean()));
        Assert.Equal(2, created.GetProperty("targets").GetProperty("servers")[0].GetProperty("weight").GetInt32());
        await AddRuleAsync("""{"name":"other","targets":{"servers":[{"server":"b"}]}}""");

        var (_, firstPage) = await SendAsync(Gateway.Http, HttpMethod.Get, $"{RoutesPath}?limit=1");
        var first = JsonElement.Parse(firstPage);
        Assert.Equal("to b", first.GetProperty("items")[0].GetProperty("name").GetString());
        var (_, secondPage) = await SendAsync(Gateway.Http, HttpMethod.Get, $"{RoutesPath}?limit=1&cursor={first.GetProperty("nextCursor").GetString()}");
        Assert.Equal("other", JsonElement.Parse(secondPage).GetProperty("items")[0].GetProperty("name").GetString());
        Assert.False(JsonElement.Parse(secondPage).TryGetProperty("nextCursor", out _));

        var (status, replaced) = await SendAsync(Gateway.Http, HttpMethod.Put, path, """{"name":"to c","enabled":false,"targets":{"servers":[{"server":"c"}]}}""");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal((2, false, 100), (JsonElement.Parse(replaced).GetProperty("version").GetInt32(), JsonElement.Parse(replaced).TryGetProperty("policy", out _), JsonElement.Parse(replaced).GetProperty("priority").GetInt32()));

        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(Gateway.Http, HttpMethod.Delete, path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(Gateway.Http, HttpMethod.Get, path)).Status);
    }

    [Fact]
    public async Task Rule_StaleTag_IsRefused()
    {
        var rule = await AddRuleAsync(Good);
        using var request = new HttpRequestMessage(HttpMethod.Put, $"{RoutesPath}/{rule.GetProperty("id").GetGuid()}") { Content = new StringContent(Good, null, "application/json") };
        request.Headers.TryAddWithoutValidation("If-Match", "\"7\"");

        using var response = await Gateway.Http.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.PreconditionFailed, response.StatusCode);
    }

    [Fact]
    public async Task Rule_FaultsEverywhere_AreInOneAnswerWithTheirPaths()
    {
        var (status, body) = await SendAsync(Gateway.Http, HttpMethod.Post, RoutesPath, """
            {"name":"","priority":"high","conditions":{"all":[{"field":"tool","operator":"regex","value":"("},{"field":"x","operator":"equals","value":"a"}]},"targets":{"servers":[{"server":"b","weight":-1}]},"more":1}
            """);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(
            ["conditions.all[0].value", "conditions.all[1].field", "more", "name", "priority", "targets.servers[0].weight"],
            JsonElement.Parse(body).GetProperty("errors").EnumerateArray().Select(static error => error.GetProperty("path").GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Rule_NameIsTaken_IsAConflict()
    {
        await AddRuleAsync(Good);

        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(Gateway.Http, HttpMethod.Post, RoutesPath, Good.Replace("to b", "TO B", StringComparison.Ordinal))).Status);
    }

    [Fact]
    public async Task Rule_OfAnotherTenant_IsNotThereAndNotInForce()
    {
        await AddTwinAsync("a");
        await AddTwinAsync("b");
        var other = await AddTenantAsync();
        var global = await AddRuleAsync(Good);
        var own = await AddRouteAsync("""{"servers":[{"server":"a"}]}""", http: other);
        foreach (var (http, rule) in new[] { (other, global), (Gateway.Http, own) })
        {
            var path = $"{RoutesPath}/{rule.GetProperty("id").GetGuid()}";
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(http, HttpMethod.Get, path)).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(http, HttpMethod.Put, path, Good)).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(http, HttpMethod.Delete, path)).Status);
        }

        Assert.Equal("b", await WhoAsync(await OpenAsync(Era.Modern)));
        Assert.Equal("a", await WhoAsync(await OpenAsync(other, Era.Modern)));
    }

    [Theory]
    [InlineData(ApiKeyScope.Read | ApiKeyScope.Write | ApiKeyScope.Proxy)]
    [InlineData(ApiKeyScope.Read)]
    public async Task Routes_WithoutTheScopeAdmin_AreForbidden(ApiKeyScope scopes)
    {
        var (http, _) = await AddCallerAsync("ordinary", scopes);

        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(http, HttpMethod.Get, RoutesPath)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(http, HttpMethod.Post, RoutesPath, Good)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(http, HttpMethod.Post, $"{RoutesPath}/dry-run", "{}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(http, HttpMethod.Post, "/api/v1/router/explain", "{}")).Status);
    }

    [Fact]
    public async Task Rule_Changes_AreInTheTrailWithTheirRefusals()
    {
        var rule = await AddRuleAsync(Good);
        var path = $"{RoutesPath}/{rule.GetProperty("id").GetGuid()}";
        await SendAsync(Gateway.Http, HttpMethod.Put, path, Good.Replace("\"priority\":5", "\"priority\":6", StringComparison.Ordinal));
        await SendAsync(Gateway.Http, HttpMethod.Put, path, Good.Replace("\"priority\":5", "\"priority\":6", StringComparison.Ordinal));
        await SendAsync(Gateway.Http, HttpMethod.Post, RoutesPath, """{"name":"bad","targets":{}}""");
        await SendAsync(Gateway.Http, HttpMethod.Put, path, """{"name":"bad","targets":{}}""");
        await SendAsync(Gateway.Http, HttpMethod.Delete, path);

        var (_, body) = await SendAsync(Gateway.Http, HttpMethod.Get, "/api/v1/audit?limit=200");
        var seen = JsonElement.Parse(body).GetProperty("events").EnumerateArray()
            .Where(static entry => entry.GetProperty("action").GetString()!.StartsWith("routing_rule.", StringComparison.Ordinal))
            .ToDictionary(static entry => $"{entry.GetProperty("action").GetString()} {entry.GetProperty("success").GetBoolean()}");
        var details = seen["routing_rule.update True"].GetProperty("details");

        Assert.Equal(
            ["routing_rule.create False", "routing_rule.create True", "routing_rule.delete True", "routing_rule.update False", "routing_rule.update True"],
            seen.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((5, 6), (details.GetProperty("before").GetProperty("priority").GetInt32(), details.GetProperty("after").GetProperty("priority").GetInt32()));
    }

    private async Task<JsonElement> AddRuleAsync(string rule)
    {
        var (status, body) = await SendAsync(Gateway.Http, HttpMethod.Post, RoutesPath, rule);
        Assert.True(status == HttpStatusCode.Created, body);
        return JsonElement.Parse(body);
    }
}
