using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Processes;

namespace McpRegistry.EndToEnd.Tests.Upstreams;

/// <summary>A URL that is registered without a transport may be that of an HTTP+SSE server.</summary>
[Collection(NodeCollection.Name)]
public sealed class SseFallbackTests : EndToEndTest
{
    /// <summary>The era is known from the first connection; the session of a caller is opened after that.</summary>
    [Fact]
    public async Task Call_UrlOfAnSseServer_IsAnsweredInASessionOfItsOwn()
    {
        var everything = Own(await NodeServers.StartEverythingSseAsync(Cancellation));
        await Gateway.Registry.RegisterAsync($$"""{"name":"old","alias":"old","url":"{{everything.Url}}"}""", Cancellation);
        await Gateway.Registry.WaitAsync("old", "healthy", Cancellation);

        var answer = await (await OpenAsync(Era.Modern)).CallToolAsync("old__echo", Cancellation, """{"message":"hi"}""");

        Assert.Contains("hi", answer.Result.GetProperty("content")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
    }
}
