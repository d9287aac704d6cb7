using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Fidelity;

/// <summary>Many model APIs take names of 64 characters at most; a longer one is shortened in one way only.</summary>
public sealed class LongNameTests : EndToEndTest
{
    private static readonly string First = new string('a', 90) + "1";
    private static readonly string Second = new string('a', 90) + "2";
    private static readonly string Exact = new('b', 60);

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Call_NamesOver64Characters_AreShortenedAlikeEachTimeAndReachTheirOwnTool(Era era)
    {
        var server = Own(await ScriptedServers.StartAsync(era, Cancellation));
        server.On("tools/list", ListAnswers.Page("tools", $"[{string.Join(',', new[] { First, Second, Exact }.Select(Tool))}]"));
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation);
        var client = await OpenAsync(era);
        var names = await NamesAsync(client);
        Assert.All(names, name => Assert.Equal(64, name.Length));
        Assert.Equal(3, names.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal("up__" + Exact, names[2]);

        await Gateway.Registry.RefreshAsync("up", Cancellation);
        await using (var other = await GatewayHost.StartAsync(Cancellation))
        {
            await other.Registry.AddAsync("up", server.Url, Cancellation);
            Assert.Equal(names, await NamesAsync(await RawClient.OpenAsync(other.Http, other.Mcp(), era, Cancellation)));
        }

        Assert.Equal(names, await NamesAsync(client));
        foreach (var name in names)
        {
            Assert.True((await client.CallToolAsync(name, Cancellation)).Result.TryGetProperty("content", out _));
        }

        Assert.Equal([First, Second, Exact], server.Requests.Of("tools/call").Select(call => call.Params.GetProperty("name").GetString()));
    }

    private static string Tool(string name) => $$$"""{"name":{{{JsonSerializer.Serialize(name)}}},"inputSchema":{"type":"object"}}""";

    private static async Task<string[]> NamesAsync(RawClient client) =>
        [.. (await client.CallAsync("tools/list", Cancellation)).Result.GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("name").GetString()!)];
}
