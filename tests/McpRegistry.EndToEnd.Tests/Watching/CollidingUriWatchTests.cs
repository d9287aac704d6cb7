using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Watching;

/// <summary>Of two servers with one URI each client hears of the one that it watches, by the name that it watches it under.</summary>
public sealed class CollidingUriWatchTests : WatchTest
{
    private const string Updated = "notifications/resources/updated";
    private const string Wrapped = "mcp+up:test://one";

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Updated_WrappedUri_ComesUnderItAndFromItsServerOnly(Era era, Era server)
    {
        var first = Own(await ScriptedServers.StartAsync(server, Cancellation));
        await Gateway.Registry.AddAsync("first", first.Url, Cancellation);
        await first.WaitUntilAsync(static open => open.OpenStreams == 1, "the gateway watches", Cancellation);
        var later = await AddUpstreamAsync(server);
        var (plain, other) = (await OpenAsync(era), await OpenAsync(era));

        // The acknowledgement has the URIs of the client; this checks it.
        var ofFirst = await WatchResourceAsync(plain, "test://one");
        var ofLater = await WatchResourceAsync(other, Wrapped);
        await WatchingAsync(first, server);
        await WatchingAsync(later, server);
        await later.PushAsync(Updated, """{"uri":"test://one","x":1}""");
        var heard = await ofLater.NextAsync(Cancellation);
        Assert.Equal(Wrapped, heard.GetProperty("params").GetProperty("uri").GetString());
        Assert.Equal(1, heard.GetProperty("params").GetProperty("x").GetInt32());
        await later.PushAsync(Updated, """{"uri":"test://one/part"}""");
        await ofLater.ExpectAsync(Wrapped + "/part", Cancellation);
        await first.PushAsync(Updated, """{"uri":"test://one"}""");
        await ofFirst.ExpectAsync("test://one", Cancellation);

        if (era == Era.Legacy)
        {
            await other.CallAsync("resources/unsubscribe", Cancellation, $"\"uri\":\"{Wrapped}\"");
        }
        else
        {
            await ofLater.DisposeAsync();
        }

        if (server == Era.Legacy)
        {
            var ended = await later.Requests.WaitAsync("resources/unsubscribe", Cancellation);
            Assert.Equal("test://one", ended.Params.GetProperty("uri").GetString());
        }
        else
        {
            await later.WaitUntilAsync(static open => open.OpenStreams == 1, "only the gateway's own watch is open", Cancellation);
        }

        Assert.Empty(first.Requests.Of("resources/unsubscribe"));
    }

    /// <summary>What is kept under the server's own name is forgotten when a client hears of the change under the other one.</summary>
    [Fact]
    public async Task Updated_WrappedUri_IsReadAnew()
    {
        var first = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        await Gateway.Registry.AddAsync("first", first.Url, Cancellation);
        var later = await AddUpstreamAsync(Era.Modern);
        later.On("resources/read", Answers.Result("""{"resultType":"complete","ttlMs":3600000,"cacheScope":"public","contents":[{"uri":"test://one","text":"1"}]}"""));
        var client = await OpenAsync(Era.Modern);
        var stream = await WatchResourceAsync(client, Wrapped);
        await WatchingAsync(later, Era.Modern);
        await client.CallAsync("resources/read", Cancellation, $"\"uri\":\"{Wrapped}\"");
        await client.CallAsync("resources/read", Cancellation, $"\"uri\":\"{Wrapped}\"");
        Assert.Single(later.Requests.Of("resources/read"));

        await later.PushAsync(Updated, """{"uri":"test://one"}""");
        await stream.ExpectAsync(Wrapped, Cancellation);
        await client.CallAsync("resources/read", Cancellation, $"\"uri\":\"{Wrapped}\"");
        Assert.Equal(2, later.Requests.Of("resources/read").Count);
    }

    private static async Task WatchingAsync(ScriptedUpstream upstream, Era era)
    {
        var method = era == Era.Modern ? "subscriptions/listen" : "resources/subscribe";
        await upstream.Requests.WaitAsync(request => request.Method == method && request.Params.GetRawText().Contains("\"test://one\"", StringComparison.Ordinal), "it is watched", Cancellation);
        await upstream.WaitUntilAsync(static open => open.OpenStreams >= 2, "it can be told", Cancellation);
    }
}
