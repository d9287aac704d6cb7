using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Fidelity;

/// <summary>Names that model APIs refuse get a form that they take, on the merged endpoint only, and lead back to their own.</summary>
public sealed class EscapedNameTests : EndToEndTest
{
    private static readonly string[] Names = ["read file", "read/file", "größe", "a😀b", "x.y-Z_0"];

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Call_NamesOfOtherCharacters_AreEscapedAndReachTheirOwn(Era client, Era server)
    {
        var upstream = Own(await ScriptedServers.StartAsync(server, Cancellation));
        upstream.On("tools/list", ListAnswers.Page("tools", Json(", \"inputSchema\":{\"type\":\"object\"}")))
            .On("prompts/list", ListAnswers.Page("prompts", Json("")))
            .On("prompts/get", Answers.Result(ScriptedServers.Complete(server, """{"messages":[]}""")));
        await Gateway.Registry.AddAsync("up", upstream.Url, Cancellation);
        var merged = await OpenAsync(client);
        var tools = await NamesAsync(merged, "tools");
        Assert.Equal(Names.Length, tools.Distinct(StringComparer.Ordinal).Count());
        Assert.All(tools, static name => Assert.Matches("^up__[A-Za-z0-9_.-]{1,60}$", name));
        Assert.Equal("up__x.y-Z_0", tools[4]);
        Assert.Equal(tools, await NamesAsync(merged, "prompts"));
        foreach (var name in tools)
        {
            await merged.CallToolAsync(name, Cancellation);
            await merged.CallAsync("prompts/get", Cancellation, $"\"name\":\"{name}\"");
        }

        Assert.Equal(Names, upstream.Requests.Of("tools/call").Select(static call => call.Params.GetProperty("name").GetString()));
        Assert.Equal(Names, upstream.Requests.Of("prompts/get").Select(static call => call.Params.GetProperty("name").GetString()));
        Assert.Equal(Names, await NamesAsync(await OpenAsync(client, "up"), "tools"));
    }

    private static string Json(string more) => $"[{string.Join(',', Names.Select(name => $"{{\"name\":{JsonSerializer.Serialize(name)}{more}}}"))}]";

    private static async Task<string[]> NamesAsync(RawClient client, string kind) =>
        [.. (await client.CallAsync($"{kind}/list", Cancellation)).Result.GetProperty(kind).EnumerateArray().Select(entry => entry.GetProperty("name").GetString()!)];
}
