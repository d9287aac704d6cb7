using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Resilience;

/// <summary>An HTTP+SSE server refuses single messages, while others are under way on the same stream.</summary>
public sealed class SseRefusalTests : EndToEndTest
{
    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Call_Refused_LeavesTheOthersAlone(Era clientEra)
    {
        var server = await AddAsync();
        var held = new TaskCompletionSource<UpstreamExchange>(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Calls = exchange => held.TrySetResult(exchange) ? AcceptAsync(exchange) : RefuseAsync(exchange);
        var client = await OpenAsync(clientEra);
        var other = client.CallToolAsync("a__work", Cancellation);
        var call = await held.Task.WaitAsync(Cancellation);

        var refused = await client.CallToolAsync("a__work", Cancellation);

        var data = refused.Error.GetProperty("data");
        Assert.Equal(("http_error", true, 60_000), (refused.Reason, data.GetProperty("retryable").GetBoolean(), data.GetProperty("retryAfterMs").GetInt32()));
        await server.AnswerAsync(call.Request);
        Assert.True((await other).Result.TryGetProperty("content", out _));
        Assert.Single(server.Upstream.Requests.All, static request => request.Verb == "GET");
    }

    [Fact]
    public async Task ToolWithoutHints_RefusedByOneEndpoint_RunsAtTheOther()
    {
        SseServer[] pair = [await StartAsync(), await StartAsync()];
        await RegisterAsync(pair);
        pair[0].Calls = RefuseAsync;
        var client = await OpenAsync(Era.Modern);

        for (var i = 0; i < 4; i++)
        {
            Assert.True((await client.CallToolAsync("a__work", Cancellation)).Result.TryGetProperty("content", out _));
        }

        Assert.NotEmpty(pair[0].Upstream.Requests.Of("tools/call"));
        Assert.Equal(4, pair[1].Upstream.Requests.Of("tools/call").Count);
    }

    [Fact]
    public async Task ToolWithoutHints_SessionIsForgotten_RunsInAnother()
    {
        var server = await AddAsync();
        server.Forget();

        Assert.True((await (await OpenAsync(Era.Modern)).CallToolAsync("a__work", Cancellation)).Result.TryGetProperty("content", out _));
        Assert.Equal(2, server.Upstream.Requests.All.Count(static request => request.Verb == "GET"));
    }

    private static async Task<bool> AcceptAsync(UpstreamExchange exchange)
    {
        await exchange.StatusAsync(202);
        return true;
    }

    private static async Task<bool> RefuseAsync(UpstreamExchange exchange)
    {
        exchange.Header("Retry-After", "60");
        await exchange.StatusAsync(429);
        return true;
    }

    private async Task<SseServer> AddAsync()
    {
        var server = await StartAsync();
        await RegisterAsync(server);
        return server;
    }

    private async Task<SseServer> StartAsync() => Own(await SseServer.StartAsync(Cancellation));

    private async Task RegisterAsync(params SseServer[] servers)
    {
        var endpoints = string.Join(',', servers.Select(static server => $$"""{"transport":"sse","url":"{{server.Upstream.Url}}"}"""));
        await Gateway.Registry.RegisterAsync($$"""{"name":"a","alias":"a","isolation":"shared","endpoints":[{{endpoints}}]}""", Cancellation);
        await Gateway.Registry.WaitAsync("a", "healthy", Cancellation);
        await Gateway.Registry.WaitForEndpointsAsync("a", Cancellation);
    }
}
