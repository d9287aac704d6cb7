using System.Net;
using System.Text;
using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Limits;

/// <summary>What callers see of limits, and what servers do not see.</summary>
public sealed class LimitTests : EndToEndTest
{
    private readonly ShiftedTimeProvider _clock = ShiftedTimeProvider.AtFullHour();

    private protected override GatewaySetup Setup => new() { Clock = _clock };

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task CallTool_QuotaIsUsedUp_IsRefusedBeforeTheServer(Era era)
    {
        var server = Own(await ScriptedServers.StartAsync(era, Cancellation));
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation);
        using var http = Gateway.CreateHttp((await Gateway.AddKeyAsync("limited", ApiKeyScope.Proxy, static key => key with { LimitPerHour = 3 }, Cancellation)).Secret);
        var raw = await RawClient.OpenAsync(http, Gateway.Mcp(), era, Cancellation);
        for (var call = 0; call < 3; call++)
        {
            Assert.Equal(HttpStatusCode.OK, (await raw.CallToolAsync("up__work", Cancellation)).Status);
        }

        var before = server.Requests.All.Count(request => request.Method == "tools/call");
        var refused = await raw.CallToolAsync("up__work", Cancellation);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        var error = JsonElement.Parse(refused.Body).GetProperty("error");
        Assert.Equal("quota_exceeded", error.GetProperty("data").GetProperty("reason").GetString());
        Assert.Contains("used its 3 calls of this hour. Try again in ", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.InRange(int.Parse(refused.Headers.GetValues("Retry-After").Single()), 1, 3600);
        Assert.StartsWith("\"key_hour\";r=0;t=", refused.Headers.GetValues("RateLimit").Single(), StringComparison.Ordinal);
        Assert.Equal("\"key_hour\";q=3;w=3600", refused.Headers.GetValues("RateLimit-Policy").Single());
        Assert.Equal(before, server.Requests.All.Count(request => request.Method == "tools/call"));
    }

    [Fact]
    public async Task Reset_ByAnAdministrator_BeginsAnewAndShowsInTheStatus()
    {
        using var http = Gateway.CreateHttp((await Gateway.AddKeyAsync("limited", ApiKeyScope.Proxy, static key => key with { LimitPerHour = 2 }, Cancellation)).Secret);
        var raw = await RawClient.OpenAsync(http, Gateway.Mcp(), Era.Modern, Cancellation);
        for (var call = 0; call < 3; call++)
        {
            await raw.CallAsync("tools/list", Cancellation);
        }

        Assert.Equal(0, (await QuotaAsync(http, "/api/v1/limits/me")).GetProperty("remaining").GetInt32());
        var keys = Gateway.Get<IApiKeyStore>();
        var key = (await keys.ListAsync(Tenancy.TenantId.Global, null, 100, Cancellation)).Single(stored => stored.Key.Name == "limited").Key.Id;
        Assert.Equal(2, (await QuotaAsync(Gateway.Http, $"/api/v1/limits?key={key}")).GetProperty("leased").GetInt32());

        Assert.Equal(HttpStatusCode.NoContent, await ResetAsync(Gateway.Http, $$"""{"key":"{{key}}"}"""));

        Assert.Equal(2, (await QuotaAsync(http, "/api/v1/limits/me")).GetProperty("remaining").GetInt32());

        // The change feed tells of the reset when it comes to it.
        await Patience.UntilAsync(async () => (await raw.CallAsync("tools/list", Cancellation)).Status == HttpStatusCode.OK, "the limit is reset", Cancellation);
    }

    [Fact]
    public async Task Routes_WhoMayNot_AreRefused()
    {
        using var http = Gateway.CreateHttp(await Gateway.AddKeyAsync("caller", ApiKeyScope.Proxy, Cancellation));

        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync("/api/v1/limits?address=192.0.2.1", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, await ResetAsync(http, """{"address":"192.0.2.1"}"""));
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/api/v1/limits/me", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Gateway.Http.GetAsync($"/api/v1/limits?key={Guid.CreateVersion7()}", Cancellation)).StatusCode);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"key":"x"}""")]
    [InlineData("""{"address":"300.1.1.1"}""")]
    [InlineData("""{"address":"192.0.2.1","tool":"a__b"}""")]
    [InlineData("""{"address":"192.0.2.1","more":1}""")]
    public async Task Reset_BadBody_SaysWhatIsWrong(string body) =>
        Assert.Equal(HttpStatusCode.BadRequest, await ResetAsync(Gateway.Http, body));

    private static async Task<HttpStatusCode> ResetAsync(HttpClient http, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync("/api/v1/limits/reset", content, Cancellation);
        return response.StatusCode;
    }

    private static async Task<JsonElement> QuotaAsync(HttpClient http, string path) =>
        JsonElement.Parse(await http.GetStringAsync(path, Cancellation)).GetProperty("quotas").EnumerateArray().Single();
}
