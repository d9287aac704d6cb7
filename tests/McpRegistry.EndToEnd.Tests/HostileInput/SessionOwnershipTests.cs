using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.HostileInput;

/// <summary>A session id is no credential: it works for the key and the endpoint that it was opened with, and for no other.</summary>
public sealed class SessionOwnershipTests(HostileGateway gateway) : IClassFixture<HostileGateway>
{
    private static readonly HostileCase GoodCall = new("good call", Era.Legacy, 200, null);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Session_OfAnotherKey_IsForbidden()
    {
        var key = await gateway.Host.AddKeyAsync("second", ApiKeyScope.Proxy, Cancellation);
        foreach (var verb in new[] { "POST", "GET", "DELETE" })
        {
            var answer = await gateway.SendAsync(GoodCall with { Verb = verb }, null, Cancellation, key);
            Assert.Equal(403, answer.Status);
            Assert.Equal("foreign_session", answer.Json.GetProperty("error").GetProperty("data").GetProperty("reason").GetString());
        }

        await gateway.AssertServesAsync(Cancellation);
    }

    [Fact]
    public async Task Session_OfAnotherEndpoint_IsUnknown()
    {
        var headers = new Dictionary<string, string[]?>(StringComparer.OrdinalIgnoreCase) { ["Mcp-Session-Id"] = [gateway.Session(Era.Legacy, null)!] };
        var answer = await gateway.SendAsync(GoodCall with { Headers = headers }, "up", Cancellation);
        Assert.Equal(404, answer.Status);
        await gateway.AssertServesAsync(Cancellation);
    }

    [Fact]
    public async Task Session_Deleted_IsUnknownAfterwards()
    {
        var client = await RawClient.OpenAsync(gateway.Host.Http, gateway.Host.Mcp(), Era.Legacy, Cancellation);
        using var delete = new HttpRequestMessage(HttpMethod.Delete, gateway.Host.Mcp());
        delete.Headers.Add("Mcp-Session-Id", client.SessionId);
        using var deleted = await gateway.Host.Http.SendAsync(delete, Cancellation);
        Assert.True(deleted.IsSuccessStatusCode);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await client.CallAsync("ping", Cancellation)).Status);
    }

    /// <summary>A key that may not use the proxy is known, and is refused all the same.</summary>
    [Fact]
    public async Task Key_WithoutTheProxyScope_IsForbidden()
    {
        var key = await gateway.Host.AddKeyAsync("reader", ApiKeyScope.Read, Cancellation);
        Assert.Equal(403, (await gateway.SendAsync(GoodCall, null, Cancellation, key)).Status);
        await gateway.AssertServesAsync(Cancellation);
    }
}
