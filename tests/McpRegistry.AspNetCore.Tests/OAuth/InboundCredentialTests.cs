using System.Net;
using McpRegistry.TestSupport.Upstreams;
using McpRegistry.TestSupport.WebSockets;

namespace McpRegistry.AspNetCore.Tests.OAuth;

/// <summary>What a client shows to the gateway is for the gateway: no server ever sees it.</summary>
public sealed class InboundCredentialTests
{
    private const string Initialize =
        """{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(UpstreamEra.Modern, false)]
    [InlineData(UpstreamEra.Legacy, false)]
    [InlineData(UpstreamEra.Modern, true)]
    [InlineData(UpstreamEra.Legacy, true)]
    public async Task Call_WithTokenCookieAndMore_SendsNoneOfItOn(UpstreamEra era, bool overWebSocket)
    {
        var options = era == UpstreamEra.Modern ? UpstreamOptions.Modern : UpstreamOptions.Legacy;
        var tools = ListAnswers.Page("tools", """[{"name":"work","inputSchema":{"type":"object"}}]""");
        await using var http = await ScriptedUpstream.StartAsync(options, Cancellation);
        await using var sockets = await WebSocketUpstream.StartAsync(options, Cancellation);
        http.On("tools/list", tools).On("tools/call", Answers.Result("""{"resultType":"complete","content":[]}"""));
        sockets.On("tools/list", static exchange => exchange.ResultAsync("""{"resultType":"complete","ttlMs":0,"cacheScope":"private","tools":[{"name":"work","inputSchema":{"type":"object"}}]}"""))
            .On("tools/call", static exchange => exchange.ResultAsync("""{"resultType":"complete","content":[]}"""));
        await using var host = await GovernedHost.StartAsync();
        var tenant = await host.AddTenantAsync("acme");
        var token = host.Token("ann", ("mcpregistry:tenant", tenant.ToString()), ("scope", "mcp:admin"));
        (string Name, string Value)[] secrets = [token, ("Cookie", "session=secret-cookie"), ("X-Tenant", "acme"), ("X-Custom", "secret-custom"), ("Proxy-Authorization", "Basic secret-proxy")];
        await host.AddServerAsync("up", overWebSocket ? sockets.Url : http.Url, token);

        Assert.Equal(HttpStatusCode.OK, (await host.CallAsync("/mcp", "tools/call", "\"name\":\"up__work\",\"arguments\":{}", secrets)).Status);
        var accept = ("Accept", "application/json, text/event-stream");
        var opened = await host.SendAsync(HttpMethod.Post, "/mcp/up", Initialize, [.. secrets, accept]);
        var called = await host.SendAsync(
            HttpMethod.Post, "/mcp/up", """{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"work","arguments":{}}}""",
            [.. secrets, accept, ("Mcp-Session-Id", opened.Headers["Mcp-Session-Id"])]);
        Assert.Equal(HttpStatusCode.OK, called.Status);

        var received = overWebSocket ? sockets.Requests.All : http.Requests.All;
        Assert.True(received.Count(static request => request.Method == "tools/call") >= 2);
        foreach (var request in received)
        {
            Assert.DoesNotContain(request.Headers.Keys, static name => name.ToUpperInvariant() is "AUTHORIZATION" or "COOKIE" or "X-TENANT" or "X-CUSTOM" or "X-API-KEY" or "PROXY-AUTHORIZATION");
            var all = string.Join('\n', request.Headers.Values) + System.Text.Encoding.UTF8.GetString(request.Body.Span);
            Assert.DoesNotContain("secret-", all, StringComparison.Ordinal);
            Assert.DoesNotContain(token.Value["Bearer ".Length..], all, StringComparison.Ordinal);
        }
    }
}
