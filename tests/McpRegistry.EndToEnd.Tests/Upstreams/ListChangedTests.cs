using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Upstreams;

/// <summary>What an upstream announces shows on the merged endpoint without a restart.</summary>
public sealed class ListChangedTests : EndToEndTest
{
    /// <summary>A legacy upstream pushes on its GET stream, a modern one on subscriptions/listen.</summary>
    [Theory]
    [MemberData(nameof(Eras))]
    public async Task ToolsChanged_PushedByTheUpstream_ShowOnTheMergedEndpoint(Era era)
    {
        var server = Own(await ScriptedServers.StartAsync(era, Cancellation));
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation);
        await server.WaitUntilAsync(upstream => upstream.OpenStreams == 1, "the gateway watches", Cancellation);
        server.On("tools/list", ListAnswers.Page("tools", $$$"""[{{{ScriptedServers.Tool}}},{"name":"fresh","inputSchema":{"type":"object"}}]"""));
        Assert.Equal(1, await server.PushAsync("notifications/tools/list_changed"));
        await WaitForToolsAsync("up__work", "up__fresh");

        server.On("tools/list", ListAnswers.Page("tools", """[{"name":"fresh","inputSchema":{"type":"object"}}]"""));
        await server.PushAsync("notifications/tools/list_changed");
        await WaitForToolsAsync("up__fresh");
        var gone = await (await OpenAsync(Era.Modern)).CallToolAsync("up__work", Cancellation);
        Assert.Equal("unknown_tool", gone.Reason);
    }

    [Fact]
    public async Task Refresh_UpstreamWithoutAStream_ReadsTheListAgain()
    {
        var server = Own(await ScriptedUpstream.StartAsync(UpstreamOptions.Legacy with { OffersGetStream = false }, Cancellation));
        server.On("tools/list", ListAnswers.Page("tools", "[]"));
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation);
        server.On("tools/list", ListAnswers.Page("tools", $"[{ScriptedServers.Tool}]"));
        var report = await Gateway.Registry.RefreshAsync("up", Cancellation);
        Assert.Equal(1, report.GetProperty("counts").GetProperty("tools").GetInt32());
        await WaitForToolsAsync("up__work");
    }

    /// <summary>The list is answered from memory, so asking again is cheap; the number of times is bounded.</summary>
    private async Task WaitForToolsAsync(params string[] expected)
    {
        var client = await OpenAsync(Era.Modern);
        string?[] tools = [];
        for (var attempt = 0; attempt < 4_800; attempt++)
        {
            var answer = await client.CallAsync("tools/list", Cancellation);
            tools = [.. answer.Result.GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("name").GetString())];
            if (tools.SequenceEqual(expected))
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(25), Cancellation);
        }

        Assert.Fail($"The tools stayed {string.Join(", ", tools)} instead of {string.Join(", ", expected)}.");
    }
}
