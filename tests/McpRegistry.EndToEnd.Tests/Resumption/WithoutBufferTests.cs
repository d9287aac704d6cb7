using System.Net;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Resumption;

/// <summary>Unless told otherwise the gateway keeps nothing and gives no ids.</summary>
public sealed class WithoutBufferTests : ResumptionTest
{
    private protected override GatewaySetup Setup => new();

    [Fact]
    public async Task Call_Events_HaveNoIds()
    {
        var gate = new Gate();
        gate.Open();
        (await AddUpstreamAsync(Era.Modern)).On("tools/call", InSteps(Era.Modern, gate));
        var client = await ClientAsync();
        var answer = await client.CallToolAsync("up__work", Cancellation, meta: Token);
        Assert.True(answer.IsStream);
        Assert.DoesNotContain("id: ", answer.Body, StringComparison.Ordinal);
        Assert.Equal(4, answer.Messages.Count);
    }

    [Fact]
    public async Task Listen_WithAnId_OpensTheStreamOfTheSession()
    {
        await AddUpstreamAsync(Era.Modern);
        var client = await ClientAsync();
        var stream = await ListenAsync(client, "a-1-1");
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (stream.Status, stream.MediaType));
        await AddUpstreamAsync(Era.Modern, "other");
        Assert.Null((await stream.NextAsync(Cancellation)).Id);
    }
}
