using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
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
        var server = Own(await SseServer.StartAsync(Cancellation));
        await Gateway.Registry.RegisterAsync(
            $$"""{"name":"a","alias":"a","transport":"sse","isolation":"shared","url":"http://one.test:{{server.Upstream.Url.Port}}/sse"}""", Cancellation);
        await Gateway.Registry.WaitAsync("a", "healthy", Cancellation);
        var client = await OpenAsync(Era.Modern);
        Assert.True((await client.CallToolAsync("a__work", Cancellation)).Result.TryGetProperty("content", out _));
        _names.Hang("one.test");

        var answer = await client.CallToolAsync("a__work", Cancellation);

        Assert.Equal(("unreachable", true), (answer.Reason, answer.Error.GetProperty("data").GetProperty("retryable").GetBoolean()));
        Assert.Single(server.Upstream.Requests.Of("tools/call"));
    }
}
