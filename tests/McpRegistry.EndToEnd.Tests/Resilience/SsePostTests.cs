using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;
using McpRegistry.Upstream;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.EndToEnd.Tests.Resilience;

/// <summary>Every message to an HTTP+SSE server is a request with a connection of its own, which need not come about while the stream is open.</summary>
public sealed class SsePostTests : EndToEndTest
{
    private readonly HangingNames _names = new();

    private protected override GatewaySetup Setup => new()
    {
        Services = services => services.AddSingleton<IAddressResolver>(_names),
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Outbound:AllowHttp"] = "true",
            ["Upstream:ConnectTimeout"] = "00:00:01",
            ["Resilience:Retry:MaxAttempts"] = "1",
        },
    };

    [Fact]
    public async Task ToolWithoutHints_NoConnectionForIt_IsToldThatItWasNotSent()
    {
        var upstream = Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation));
        var opened = new TaskCompletionSource<UpstreamExchange>(TaskCreationOptions.RunContinuationsAsynchronously);
        upstream.Guard = async exchange =>
        {
            if (exchange.Request.Verb == "GET")
            {
                await exchange.BeginStreamAsync();
                await exchange.WriteAsync("event: endpoint\ndata: /post\n\n"u8.ToArray());
                opened.TrySetResult(exchange);
                await Answers.Never(exchange);
            }

            exchange.Header("Connection", "close");
            await exchange.StatusAsync(202);
            if (exchange.Request.Id is { } id)
            {
                await (await opened.Task).SendEventAsync($$"""{"jsonrpc":"2.0","id":{{id}},{{Answer(exchange.Request.Method)}}}""");
            }

            return true;
        };
        await Gateway.Registry.RegisterAsync(
            $$"""{"name":"a","alias":"a","transport":"sse","isolation":"shared","url":"http://one.test:{{upstream.Url.Port}}/sse"}""", Cancellation);
        await Gateway.Registry.WaitAsync("a", "healthy", Cancellation);
        var client = await OpenAsync(Era.Modern);
        Assert.True((await client.CallToolAsync("a__work", Cancellation)).Result.TryGetProperty("content", out _));
        _names.Hang("one.test");

        var answer = await client.CallToolAsync("a__work", Cancellation);

        Assert.Equal(("unreachable", true), (answer.Reason, answer.Error.GetProperty("data").GetProperty("retryable").GetBoolean()));
        Assert.Single(upstream.Requests.Of("tools/call"));
    }

    private static string Answer(string method) => method switch
    {
        "initialize" => "\"result\":{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"old\",\"version\":\"1\"}}",
        "tools/list" => $"\"result\":{{\"tools\":[{ScriptedServers.Tool}]}}",
        "tools/call" => "\"result\":{\"content\":[]}",
        "ping" => "\"result\":{}",
        _ => "\"error\":{\"code\":-32601,\"message\":\"Method not found\"}",
    };
}
