using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Processes;

namespace McpRegistry.EndToEnd.Tests.Upstreams;

/// <summary>A server that is killed is named as missing, and comes back by itself where the gateway started it.</summary>
[Collection(NodeCollection.Name)]
public sealed class KilledServerTests : EndToEndTest
{
    private const string Upstreams = "io.github.mcpregistry/upstreams";

    // Stands on the command line of the children, where this test finds them again.
    private readonly string _marker = $"marker-{Guid.CreateVersion7():N}";

    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            // Long enough to see the server missing before it is back.
            ["Upstream:ReconnectDelay"] = "00:00:06",
            ["Upstream:MaxReconnectDelay"] = "00:00:06",
            ["Servers:child:Command"] = "node",
            ["Servers:child:Arguments:0"] = NodeServers.Misbehaving,
            ["Servers:child:Arguments:1"] = "normal",
            ["Servers:child:Arguments:2"] = _marker,
        },
    };

    [Fact]
    public async Task Kill_HttpServerThenChild_OthersAnswerTheMissingOnesAreNamedAndTheChildComesBack()
    {
        await Gateway.Registry.WaitAsync("child", "healthy", Cancellation);
        var remote = Own(await NodeServers.StartEverythingHttpAsync(Cancellation));
        await Gateway.Registry.AddAsync("remote", remote.Url, Cancellation);
        var client = await OpenAsync(Era.Modern);
        Assert.False((await client.CallAsync("tools/list", Cancellation)).Result.GetProperty("_meta").TryGetProperty(Upstreams, out _));

        await remote.Process.KillAsync();
        Assert.Equal("unreachable", RegistryClient.Reason(await Gateway.Registry.WaitAsync("remote", "unhealthy", Cancellation)));
        var list = await client.CallAsync("tools/list", Cancellation);
        Assert.Equal("unreachable", list.Result.GetProperty("_meta").GetProperty(Upstreams).GetProperty("remote").GetProperty("reason").GetString());
        Assert.Equal(["child__echo"], Names(list));
        await EchoAsync(client);
        Assert.Equal("unreachable", (await client.CallToolAsync("remote__echo", Cancellation, """{"message":"x"}""")).Reason);

        // Two of them: one that the gateway watches, and one that keeps the state of this caller.
        var first = LocalProcesses.With(_marker);
        Assert.Equal(2, first.Count);
        foreach (var process in first)
        {
            LocalProcesses.Kill(process);
        }

        Assert.Equal("process_exited", RegistryClient.Reason(await Gateway.Registry.WaitAsync("child", "unhealthy", Cancellation)));
        foreach (var era in Enum.GetValues<Era>())
        {
            var empty = await (await OpenAsync(era)).CallAsync("tools/list", Cancellation);
            Assert.Equal("all_upstreams_missing", empty.Reason);
            Assert.Equal(2, empty.Error.GetProperty("data").GetProperty("upstreams").EnumerateObject().Count());
        }

        await Gateway.Registry.WaitAsync("child", "healthy", Cancellation);
        await EchoAsync(client);
        Assert.Empty(LocalProcesses.With(_marker).Intersect(first));
        await Gateway.DisposeAsync();
        await LocalProcesses.WaitForNoneAsync(_marker, Cancellation);
    }

    private static async Task EchoAsync(RawClient client)
    {
        var answer = await client.CallToolAsync("child__echo", Cancellation, """{"text":"hi"}""");
        Assert.Equal("hi", answer.Result.GetProperty("content")[0].GetProperty("text").GetString());
    }

    private static IEnumerable<string?> Names(McpAnswer answer) =>
        answer.Result.GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("name").GetString());
}
