using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Routing;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Resilience;

/// <summary>A call whose session is at an endpoint is sent again there, and so when that wants it.</summary>
public sealed class SessionRetryTests : RoutingTest
{
    private static readonly UpstreamHandler Refusing = static exchange =>
    {
        exchange.Header("Retry-After", "60");
        return exchange.StatusAsync(429);
    };

    [Fact]
    public async Task EndpointOfASessionWantsALongWait_CallIsNotSentAgain()
    {
        ScriptedUpstream[] pair = [await StartAsync(), await StartAsync()];
        await Gateway.Registry.RegisterAsync(EndpointsOf("b", pair), Cancellation);
        await Gateway.Registry.WaitAsync("b", "healthy", Cancellation);
        foreach (var upstream in pair)
        {
            await upstream.WaitUntilAsync(static one => one.Requests.All.Any(static request => request.Verb == "GET"), "it is connected", Cancellation);
        }

        var client = await OpenAsync(Era.Legacy);
        await WhoAsync(client, "b__work");
        Array.ForEach(pair, static upstream => upstream.On("tools/call", Refusing));

        var answer = await client.CallToolAsync("b__work", Cancellation);

        Assert.Equal(60_000, answer.Error.GetProperty("data").GetProperty("retryAfterMs").GetInt32());
        Assert.Equal([0, 2], pair.Select(static upstream => Calls(upstream)).Order());
    }

    private async Task<ScriptedUpstream> StartAsync() => Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation));
}
