using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Upstreams;

/// <summary>Servers that offer no stream for their announcements get another version while the gateway is connected.</summary>
public sealed class SilentServerTests : EndToEndTest
{
    private static readonly string[] Added = [ScriptedServers.Tool, """{"name":"late","inputSchema":{"type":"object"}}"""];

    private readonly ShiftedTimeProvider _clock = new();

    private protected override GatewaySetup Setup => new() { Clock = _clock };

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task NewTool_IsListedAndCalled_OnceTheListIsOld(Era era, Era server)
    {
        await AddAsync(server);
        var client = await OpenAsync(era);

        await WaitAsync(
            async () => (await client.CallAsync("tools/list", Cancellation)).Result.GetProperty("tools").EnumerateArray()
                .Any(static tool => tool.GetProperty("name").ValueEquals("up__late")),
            "the new tool is listed");

        Assert.Equal("done", Text(await client.CallToolAsync("up__late", Cancellation)));
    }

    /// <summary>Whoever knows it from elsewhere does not have to ask for the list.</summary>
    [Theory]
    [MemberData(nameof(Eras))]
    public async Task NewTool_OfWhichNobodyAskedTheList_CanBeCalled(Era server)
    {
        await AddAsync(server);
        var client = await OpenAsync(Era.Modern);
        McpAnswer? answer = null;

        await WaitAsync(
            async () => (answer = await client.CallToolAsync("up__late", Cancellation)).Response.TryGetProperty("result", out _),
            "the new tool is called");

        Assert.Equal("done", Text(answer!));
    }

    /// <summary>There the client sees the new tool at once, and everybody else soon.</summary>
    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task NewTool_ListedAtTheServersOwnEndpoint_IsKnownToTheOthers(Era era, Era server)
    {
        await AddAsync(server);
        var client = await OpenAsync(era, "up");
        Assert.Equal(2, (await client.CallAsync("tools/list", Cancellation)).Result.GetProperty("tools").GetArrayLength());

        await Gateway.Registry.WaitForToolAsync("up", "late", Cancellation);
    }

    private async Task AddAsync(Era era)
    {
        const string Capabilities = """{"tools":{"listChanged":true}}""";
        var upstream = Own(await ScriptedUpstream.StartAsync(
            era == Era.Modern
                ? UpstreamOptions.Modern with { Capabilities = Capabilities }
                : UpstreamOptions.Legacy with { Capabilities = Capabilities, OffersGetStream = false, UsesSessions = false },
            Cancellation));
        upstream
            .On("tools/list", ListAnswers.Page("tools", $"[{ScriptedServers.Tool}]"))
            .On("tools/call", Answers.Result(ScriptedServers.Complete(era, """{"content":[{"type":"text","text":"done"}]}""")))
            .On("subscriptions/listen", static exchange => exchange.ErrorAsync(-32601, "Method not found"));
        await Gateway.Registry.AddAsync("up", upstream.Url, Cancellation);
        await Gateway.Registry.RefreshAsync("up", Cancellation);
        upstream.On("tools/list", ListAnswers.Page("tools", $"[{string.Join(',', Added)}]"));
        _clock.Shift(TimeSpan.FromMinutes(2));
    }

    private static string? Text(McpAnswer answer) => answer.Result.GetProperty("content")[0].GetProperty("text").GetString();
}
