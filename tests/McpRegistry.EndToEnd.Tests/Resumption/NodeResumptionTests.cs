using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Processes;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Resumption;

/// <summary>The TypeScript SDK of the session revisions comes back by itself when its connections are cut.</summary>
[Collection(NodeCollection.Name)]
public sealed class NodeResumptionTests : ResumptionTest
{
    private protected override GatewaySetup Setup => base.Setup with
    {
        Settings = new Dictionary<string, string?>(base.Setup.Settings, StringComparer.Ordinal) { ["EventBuffer:RetryInterval"] = "00:00:00.1" },
    };

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task TypeScript_ConnectionsCutInTheMiddleOfACall_GetsTheWholeAnswer(Era server)
    {
        var (first, rest) = (new Gate(), new Gate());
        first.Open();
        var upstream = await AddUpstreamAsync(server);
        upstream.On("tools/call", InSteps(server, first, rest));
        await using var relay = new CuttingRelay(Gateway.Mcp(), "\"progress\":1");
        var running = NodeClient.RunAsync(NodeClient.Legacy, relay.Url, GatewayHost.AdminKey, Cancellation, "--progress", "--call", "up__work", "{}");
        await await Task.WhenAny(relay.Passed, running);
        relay.Cut();
        rest.Open();

        var document = await running;
        Assert.Equal("done", document.GetProperty("call").GetProperty("content")[0].GetProperty("text").GetString());
        Assert.Equal([1, 2, 3], document.GetProperty("progress").EnumerateArray().Select(step => step.GetProperty("progress").GetInt32()));
        Assert.Single(upstream.Requests.Of("tools/call"));
    }
}
