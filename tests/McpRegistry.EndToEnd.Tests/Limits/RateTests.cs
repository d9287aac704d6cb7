using System.Net;
using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.Limits;

/// <summary>Rates hold for MCP and REST alike.</summary>
public sealed class RateTests : EndToEndTest
{
    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Limits:Rates:Enabled"] = "true",
            ["Limits:Rates:User"] = "1",
            ["Limits:Rates:Burst"] = "3",
        },
    };

    [Fact]
    public async Task Request_BeyondTheRate_IsRefusedOnBothSides()
    {
        using var http = Gateway.CreateHttp(await Gateway.AddKeyAsync("slow", ApiKeyScope.Proxy | ApiKeyScope.Read, Cancellation));
        var raw = await RawClient.OpenAsync(http, Gateway.Mcp(), Era.Modern, Cancellation);
        for (var request = 0; request < 3; request++)
        {
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/api/v1/servers", Cancellation)).StatusCode);
        }

        using var rest = await http.GetAsync("/api/v1/servers", Cancellation);
        var mcp = await raw.CallAsync("tools/list", Cancellation);

        Assert.Equal(HttpStatusCode.TooManyRequests, rest.StatusCode);
        Assert.Equal("rate_limited", JsonElement.Parse(await rest.Content.ReadAsStringAsync(Cancellation)).GetProperty("code").GetString());
        Assert.InRange(rest.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.TooManyRequests, mcp.Status);
        Assert.Equal("key", JsonElement.Parse(mcp.Body).GetProperty("error").GetProperty("data").GetProperty("limit").GetString());
        Assert.Equal(HttpStatusCode.OK, (await Gateway.Http.GetAsync("/api/v1/servers", Cancellation)).StatusCode);
    }
}
