using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Upstreams;

/// <summary>Behind a URL there is another server than there was, of another era, and no stream has told of it.</summary>
public sealed class ReplacedServerTests : EndToEndTest
{
    /// <summary>A retry may or may not find the server connected to again.</summary>
    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Resilience:Retry:MaxAttempts"] = "1" },
    };

    [Theory]
    [InlineData("-32022")]
    [InlineData("-32000")]
    [InlineData("404")]
    public async Task Call_ModernServerBecameLegacy_IsFoundOutAndTheNextCallWorks(string answer)
    {
        // Without subscriptions nothing but a call meets the new server.
        var modern = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        modern.On("subscriptions/listen", Answers.Error(-32601, "Method not found", status: 404));
        await Gateway.Registry.AddAsync("up", modern.Url, Cancellation);
        var client = await OpenAsync(Era.Modern);
        await client.CallToolAsync("up__work", Cancellation);
        await modern.DisposeAsync();

        var legacy = Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation, modern.Url.Port));
        var inSession = Answers.Result("""{"content":[{"type":"text","text":"legacy"}]}""");
        legacy.On("tools/call", exchange => exchange.Request.IsModern ? Refusal(answer)(exchange) : inSession(exchange));
        legacy.On("server/discover", Refusal(answer));
        var refused = await client.CallToolAsync("up__work", Cancellation);
        Assert.True(refused.Error.GetProperty("data").GetProperty("retryable").GetBoolean());

        var server = await Gateway.Registry.WaitAsync(
            "up", found => legacy.Requests.Of("prompts/list").Count > 0 && RegistryClient.Health(found) == "healthy", "the catalogue is read in the other era", Cancellation);
        Assert.Equal("healthy", RegistryClient.Health(server));
        Assert.Equal("legacy", (await client.CallToolAsync("up__work", Cancellation)).Result.GetProperty("content")[0].GetProperty("text").GetString());
    }

    /// <summary>A server that only lacks what was asked for stays who it is.</summary>
    [Fact]
    public async Task Call_ModernServerHasNoSuchMethod_AnswersAndStaysConnected()
    {
        var modern = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        await Gateway.Registry.AddAsync("up", modern.Url, Cancellation);
        await modern.WaitUntilAsync(static open => open.OpenStreams == 1, "the gateway watches", Cancellation);
        var client = await OpenAsync(Era.Modern, "up");
        var reads = modern.Requests.Of("tools/list").Count;
        var answer = await client.CallAsync("completion/complete", Cancellation, "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"ask\"},\"argument\":{\"name\":\"a\",\"value\":\"\"}");

        Assert.Equal(-32601, answer.Error.GetProperty("code").GetInt32());
        Assert.Equal(1, modern.OpenStreams);
        Assert.Equal(reads, modern.Requests.Of("tools/list").Count);
    }

    private static UpstreamHandler Refusal(string answer) => answer switch
    {
        "-32022" => Answers.Error(-32022, "Unsupported protocol version", """{"supported":["2025-11-25","2025-06-18"],"requested":"2026-07-28"}""", 400),
        "-32000" => Answers.Error(-32000, "Bad Request: Server not initialized", status: 400),
        _ => Answers.Status(404, "text/html", "<html>not here</html>"),
    };
}
