using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Upstreams;

/// <summary>What a modern server allows to be kept is asked for once, for clients of both eras, until it changes or ends.</summary>
public sealed class ResponseCacheTests : EndToEndTest
{
    private const string Uri = "\"uri\":\"test://one\"";

    private readonly ShiftedTimeProvider _clock = new();

    private protected override GatewaySetup Setup => new() { Clock = _clock };

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Public_TwoCallersOfAnyEra_IsAskedForOnce(Era first, Era second)
    {
        var server = await AddAsync("public");
        var asked = Asked(server);

        var one = await CallAsync(first, GatewayHost.AdminKey);
        var two = await CallAsync(second, await Gateway.AddKeyAsync("second", ApiKeyScope.Proxy, Cancellation));

        Assert.Equal(1, Asked(server) - asked);
        Assert.Equal(one.Result.GetProperty("contents").GetRawText(), two.Result.GetProperty("contents").GetRawText());
        foreach (var (era, answer) in new[] { (first, one), (second, two) })
        {
            Assert.Equal(era == Era.Modern, answer.Result.TryGetProperty("ttlMs", out var ttl) && ttl.GetInt32() is > 0 and <= 60_000);
            Assert.Equal(era == Era.Modern, answer.Result.TryGetProperty("resultType", out _));
        }
    }

    [Fact]
    public async Task Private_TwoCallers_AreNeverMixed()
    {
        var server = await AddAsync("private");
        var asked = Asked(server);
        var key = await Gateway.AddKeyAsync("second", ApiKeyScope.Proxy, Cancellation);
        var contents = new List<string>();
        foreach (var secret in new[] { GatewayHost.AdminKey, key, GatewayHost.AdminKey, key })
        {
            contents.Add((await CallAsync(Era.Modern, secret)).Result.GetProperty("contents").GetRawText());
        }

        Assert.Equal(2, Asked(server) - asked);
        Assert.Equal((contents[0], contents[1]), (contents[2], contents[3]));
        Assert.NotEqual(contents[0], contents[1]);
    }

    [Fact]
    public async Task Kept_AtItsEnd_IsAskedForAgain()
    {
        var server = await AddAsync("public");
        var client = await OpenAsync(Era.Modern, "up");
        await client.CallAsync("resources/read", Cancellation, Uri);
        var asked = Asked(server);

        _clock.Shift(TimeSpan.FromSeconds(30));
        var left = (await client.CallAsync("resources/read", Cancellation, Uri)).Result.GetProperty("ttlMs").GetInt32();
        Assert.InRange(left, 1, 30_000);
        Assert.Equal(asked, Asked(server));
        _clock.Shift(TimeSpan.FromSeconds(31));
        await client.CallAsync("resources/read", Cancellation, Uri);

        Assert.Equal(asked + 1, Asked(server));
    }

    [Fact]
    public async Task Kept_ServerAnnouncesAChange_IsAskedForAgain()
    {
        var server = await AddAsync("public");
        await server.WaitUntilAsync(upstream => upstream.OpenStreams == 1, "the gateway watches", Cancellation);
        var client = await OpenAsync(Era.Modern, "up");
        var old = await client.CallAsync("tools/list", Cancellation);
        Assert.Equal("work", Tool(old));
        Assert.Equal("work", Tool(await client.CallAsync("tools/list", Cancellation)));

        server.On("tools/list", Answers.Result(Tools("fresh", "public")));
        await server.PushAsync("notifications/tools/list_changed");
        await Gateway.Registry.WaitForToolAsync("up", "fresh", Cancellation);

        Assert.Equal("fresh", Tool(await client.CallAsync("tools/list", Cancellation)));
    }

    [Fact]
    public async Task MergedList_OfPublicParts_SaysHowLongItMayBeKept()
    {
        await AddAsync("public");
        _clock.Shift(TimeSpan.FromSeconds(30));

        var result = (await (await OpenAsync(Era.Modern)).CallAsync("tools/list", Cancellation)).Result;

        Assert.InRange(result.GetProperty("ttlMs").GetInt32(), 1, 30_000);
        Assert.Equal("public", result.GetProperty("cacheScope").GetString());
    }

    private async Task<ScriptedUpstream> AddAsync(string scope)
    {
        var server = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        var reads = 0;
        server
            .On("tools/list", Answers.Result(Tools("work", scope)))
            .On("resources/read", exchange => exchange.ResultAsync(
                $$"""{"resultType":"complete","ttlMs":60000,"cacheScope":"{{scope}}","contents":[{"uri":"test://one","text":"{{Interlocked.Increment(ref reads)}}"}]}"""));
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation);
        return server;
    }

    private async Task<McpAnswer> CallAsync(Era era, string key)
    {
        using var http = Gateway.CreateHttp(key);
        var client = await RawClient.OpenAsync(http, Gateway.Mcp("up"), era, Cancellation);
        return await client.CallAsync("resources/read", Cancellation, Uri);
    }

    private static int Asked(ScriptedUpstream server) => server.Requests.Of("resources/read").Count;

    private static string Tools(string name, string scope) =>
        $$$"""{"resultType":"complete","ttlMs":60000,"cacheScope":"{{{scope}}}","tools":[{"name":"{{{name}}}","inputSchema":{"type":"object"}}]}""";

    private static string? Tool(McpAnswer answer) => answer.Result.GetProperty("tools")[0].GetProperty("name").GetString();
}
