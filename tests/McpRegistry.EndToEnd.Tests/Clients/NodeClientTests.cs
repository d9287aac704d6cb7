using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.TestSupport.Processes;

namespace McpRegistry.EndToEnd.Tests.Clients;

/// <summary>The TypeScript clients of both eras and the inspector use the gateway as any other server.</summary>
[Collection(NodeCollection.Name)]
public sealed class NodeClientTests(ClientGateway gateway) : IClassFixture<ClientGateway>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, "sample__text_stats")]
    [InlineData("sample", "text_stats")]
    public async Task Inspector_BothEndpoints_ListsAndCalls(string? alias, string tool)
    {
        var url = gateway.Host.Mcp(alias);
        var list = await NodeClient.InspectAsync(url, GatewayHost.AdminKey, "tools/list", Cancellation);
        Assert.Contains(tool, list.GetProperty("tools").EnumerateArray().Select(item => item.GetProperty("name").GetString()));
        var call = await NodeClient.InspectAsync(url, GatewayHost.AdminKey, "tools/call", Cancellation, "--tool-name", tool, "--tool-arg", "text=one two three");
        Assert.Equal(3, call.GetProperty("structuredContent").GetProperty("words").GetInt32());
    }

    [Theory]
    [InlineData(NodeClient.Auto, "2026-07-28", null)]
    [InlineData(NodeClient.Auto, "2026-07-28", "sample")]
    [InlineData(NodeClient.Legacy, "2025-11-25", null)]
    [InlineData(NodeClient.Legacy, "2025-11-25", "sample")]
    public async Task TypeScript_BothEndpoints_ListsCallsReadsPromptsAndSeesProgress(string client, string version, string? alias)
    {
        var prefix = alias is null ? "sample__" : "";
        var document = await NodeClient.RunAsync(
            client, gateway.Host.Mcp(alias), GatewayHost.AdminKey, Cancellation,
            "--progress", "--call", prefix + "countdown", """{"from":3,"interval":1}""", "--read", "workspace://notes", "--prompt", prefix + "summarise", """{"text":"abc"}""");
        Assert.Equal(version, document.GetProperty("protocolVersion").GetString());
        Assert.Contains(prefix + "countdown", document.GetProperty("tools").EnumerateArray().Select(item => item.GetString()));
        Assert.Contains("workspace://notes", document.GetProperty("resources").EnumerateArray().Select(item => item.GetString()));
        Assert.Contains("workspace://notes/{name}", document.GetProperty("resourceTemplates").EnumerateArray().Select(item => item.GetString()));
        Assert.Equal("Lift-off.", document.GetProperty("call").GetProperty("content")[0].GetProperty("text").GetString());
        Assert.Equal(3, document.GetProperty("progress").GetArrayLength());
        Assert.Equal("workspace://notes", document.GetProperty("read").GetProperty("contents")[0].GetProperty("uri").GetString());
        Assert.Contains("abc", document.GetProperty("prompt").GetProperty("messages")[0].GetProperty("content").GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(NodeClient.Auto)]
    [InlineData(NodeClient.Legacy)]
    public async Task TypeScript_Cancels_TheCallEnds(string client)
    {
        var document = await NodeClient.RunAsync(
            client, gateway.Host.Mcp(), GatewayHost.AdminKey, Cancellation, "--cancel-after", "300", "--call", "sample__countdown", """{"from":1000,"interval":100}""");
        Assert.True(document.GetProperty("cancelled").GetBoolean());
    }

    [Theory]
    [InlineData(NodeClient.Auto)]
    [InlineData(NodeClient.Legacy)]
    public async Task TypeScript_WithoutKey_IsRefused(string client)
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => NodeClient.RunAsync(client, gateway.Host.Mcp(), null, Cancellation));
        Assert.Contains("401", error.Message, StringComparison.Ordinal);
    }
}
