using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Processes;

namespace McpRegistry.EndToEnd.Tests.Watching;

/// <summary>Watching stdio servers of both eras, whose one channel carries everything.</summary>
[Collection(NodeCollection.Name)]
public sealed class StdioWatchTests : WatchTest
{
    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Servers:old:Command"] = "node",
            ["Servers:old:Arguments:0"] = NodeServers.Misbehaving,
            ["Servers:old:Arguments:1"] = "watching",
            ["Servers:new:Command"] = "node",
            ["Servers:new:Arguments:0"] = NodeServers.Misbehaving,
            ["Servers:new:Arguments:1"] = "watching-modern",
        },
    };

    public static TheoryData<Era, string> Servers => new() { { Era.Modern, "old" }, { Era.Modern, "new" }, { Era.Legacy, "old" }, { Era.Legacy, "new" } };

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Updated_OfAWatchedResource_ReachesThoseWhoWatchIt(Era era, string alias)
    {
        await Gateway.Registry.WaitAsync(alias, "healthy", Cancellation);
        var client = await OpenAsync(era, alias);
        var other = await OpenAsync(era, alias);
        var one = await WatchResourceAsync(client, "stdio://one", alias);
        var two = await WatchResourceAsync(other, "stdio://two", alias);
        foreach (var (caller, uri) in new[] { (client, "stdio://two"), (client, "stdio://one"), (other, "stdio://one"), (other, "stdio://two") })
        {
            var answer = await caller.CallToolAsync("touch", Cancellation, $$"""{"text":"{{uri}}"}""");
            Assert.Equal(uri, answer.Result.GetProperty("content")[0].GetProperty("text").GetString());
        }

        await one.ExpectAsync("stdio://one", Cancellation);
        await two.ExpectAsync("stdio://two", Cancellation);
    }

    /// <summary>The process dies; a new one is subscribed to, and the client hears of its resource.</summary>
    [Fact]
    public async Task Process_Dies_IsWatchedAgain()
    {
        await Gateway.Registry.WaitAsync("new", "healthy", Cancellation);
        var client = await OpenAsync(Era.Modern, "new");
        var stream = await WatchResourceAsync(client, "stdio://one", "new");
        foreach (var id in Upstreams.LocalProcesses.ChildrenOf(Environment.ProcessId).Intersect(Upstreams.LocalProcesses.With("watching-modern")))
        {
            Upstreams.LocalProcesses.Kill(id);
        }

        var told = await stream.FindAsync("notifications/resources/updated", Cancellation);
        Assert.Equal("stdio://one", told.GetProperty("params").GetProperty("uri").GetString());
        var touched = await client.CallToolAsync("touch", Cancellation, """{"text":"stdio://one"}""");
        Assert.True(touched.Response.TryGetProperty("result", out _), touched.Body);
        await stream.FindAsync("notifications/resources/updated", Cancellation);
    }
}
