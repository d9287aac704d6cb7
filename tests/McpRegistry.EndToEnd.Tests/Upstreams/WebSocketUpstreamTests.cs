using System.Net.WebSockets;
using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;
using McpRegistry.TestSupport.WebSockets;

namespace McpRegistry.EndToEnd.Tests.Upstreams;

/// <summary>Servers over WebSocket, through the whole gateway.</summary>
public sealed class WebSocketUpstreamTests : EndToEndTest
{
    private const string Done = """{"content":[{"type":"text","text":"Grüße"}]}""";

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Call_AnyPairOfEras_ListsReportsProgressAndAnswers(Era client, Era upstream)
    {
        var server = await StartAsync(upstream);
        server.On("tools/call", async exchange =>
        {
            await exchange.ProgressAsync(1);
            await exchange.ResultAsync(ScriptedServers.Complete(upstream, Done));
        });
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation);
        Assert.Equal("websocket", (await Gateway.Registry.FindAsync("up", Cancellation)).GetProperty("definition").GetProperty("endpoints")[0].GetProperty("transport").GetString());
        var raw = await OpenAsync(client);

        var list = await raw.CallAsync("tools/list", Cancellation);
        Assert.Equal("up__work", list.Result.GetProperty("tools")[0].GetProperty("name").GetString());
        var answer = await raw.CallToolAsync("up__work", Cancellation, meta: "\"progressToken\":\"p1\"");
        Assert.Equal("Grüße", answer.Result.GetProperty("content")[0].GetProperty("text").GetString());
        Assert.Equal("p1", Assert.Single(answer.Notifications("notifications/progress")).GetProperty("params").GetProperty("progressToken").GetString());
        var direct = await OpenAsync(client, "up");
        Assert.Equal("work", (await direct.CallAsync("tools/list", Cancellation)).Result.GetProperty("tools")[0].GetProperty("name").GetString());
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Cancel_AnyPairOfEras_ReachesTheServer(Era client, Era upstream)
    {
        var server = await StartAsync(upstream);
        server.On("tools/call", static _ => Task.CompletedTask);
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation);
        var raw = await OpenAsync(client);
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var call = raw.CallToolAsync("up__work", hangUp.Token, id: "\"c1\"");
        var arrived = await server.Requests.WaitAsync("tools/call", Cancellation);
        if (client == Era.Modern)
        {
            await hangUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        }
        else
        {
            await raw.NotifyAsync("notifications/cancelled", """{"requestId":"c1"}""", Cancellation);
            await call;
        }

        var notification = await server.Requests.WaitAsync("notifications/cancelled", Cancellation);
        Assert.Equal(arrived.Id, notification.Params.GetProperty("requestId").GetRawText());
    }

    /// <summary>A socket is a session: what a legacy server keeps on it is one caller's. A modern one keeps nothing.</summary>
    [Theory]
    [InlineData(Era.Legacy, 2)]
    [InlineData(Era.Modern, 1)]
    public async Task Call_OfTwoPrincipals_ShareNoSocketOfALegacyServer(Era upstream, int sockets)
    {
        var server = await StartAsync(upstream);
        var numbers = new System.Collections.Concurrent.ConcurrentDictionary<int, byte>();
        server.On("tools/call", exchange =>
        {
            numbers.TryAdd(exchange.Peer.Number, 0);
            return exchange.ResultAsync(ScriptedServers.Complete(upstream, Done));
        });
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation);
        using var other = Gateway.CreateHttp(await Gateway.AddKeyAsync("other", ApiKeyScope.Proxy, Cancellation));
        var clients = new[] { await OpenAsync(Era.Modern), await RawClient.OpenAsync(other, Gateway.Mcp(), Era.Modern, Cancellation) };
        for (var i = 0; i < 10; i++)
        {
            await Task.WhenAll(clients.Select(client => client.CallToolAsync("up__work", Cancellation)));
        }

        Assert.Equal(sockets, numbers.Count);
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Call_ServerClosesMidCall_SaysSoAndTheNextCallHasANewSocket(Era upstream)
    {
        var server = await StartAsync(upstream);
        server.On("tools/call", static exchange => exchange.Peer.CloseAsync(WebSocketCloseStatus.InternalServerError));
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation);
        await server.WaitUntilAsync(up => upstream == Era.Legacy || up.Requests.Of("subscriptions/listen").Count == 1, "the gateway watches", Cancellation);
        var client = await OpenAsync(Era.Modern);

        var data = (await client.CallToolAsync("up__work", Cancellation)).Error.GetProperty("data");
        Assert.Equal(("up", false), (data.GetProperty("upstream").GetString(), data.GetProperty("retryable").GetBoolean()));

        server.On("tools/call", exchange => exchange.ResultAsync(ScriptedServers.Complete(upstream, Done)));
        // A modern call uses the watched socket; calls find its successor before that is listened to.
        await server.WaitUntilAsync(up => upstream == Era.Legacy || up.Requests.Of("subscriptions/listen").Count > 1, "the watched socket is opened again", Cancellation);
        await Gateway.Registry.WaitAsync("up", "healthy", Cancellation);
        Assert.Equal("Grüße", (await client.CallToolAsync("up__work", Cancellation)).Result.GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Server_GoesAndComesBack_IsReportedAndServedAgain()
    {
        var server = await StartAsync(Era.Modern);
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation);
        await server.DisposeAsync();
        Assert.Equal("unreachable", RegistryClient.Reason(await Gateway.Registry.WaitAsync("up", "unhealthy", Cancellation)));

        var again = await StartAsync(Era.Modern, server.Url.Port);
        again.On("tools/call", static exchange => exchange.ResultAsync(ScriptedServers.Complete(Era.Modern, Done)));
        await Gateway.Registry.WaitAsync("up", "healthy", Cancellation);

        Assert.True((await (await OpenAsync(Era.Legacy)).CallToolAsync("up__work", Cancellation)).Result.TryGetProperty("content", out _));
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task ToolsChanged_OnTheSocket_ShowInTheCatalogue(Era upstream)
    {
        var server = await StartAsync(upstream);
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation);
        server.On("tools/list", exchange => exchange.ResultAsync(ScriptedServers.Complete(
            upstream, """{"tools":[{"name":"new","inputSchema":{"type":"object"}}]}""", cacheable: true)));

        // No server can see when the gateway begins to listen to a socket, so this one says it until it is heard.
        await WaitAsync(
            async () =>
            {
                await server.Peers[0].SendAsync("""{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}""");
                var items = (await Gateway.Registry.DescribeAsync("up", Cancellation)).GetProperty("discovery").GetProperty("items");
                return Assert.Single(items.GetProperty("tools").EnumerateArray()).ValueEquals("new");
            },
            "the catalogue has the new tool");
    }

    [Fact]
    public async Task RegisterAndDelete_ManyTimes_LeavesNoSocketBehind()
    {
        var server = await StartAsync(Era.Legacy);
        server.On("tools/call", static exchange => exchange.ResultAsync(Done));
        for (var i = 0; i < 10; i++)
        {
            var registered = await Gateway.Registry.AddAsync("up", server.Url, Cancellation);
            await (await OpenAsync(Era.Modern)).CallToolAsync("up__work", Cancellation);
            await Gateway.Registry.DeleteAsync(registered, Cancellation);
        }

        await server.WaitUntilAsync(static up => up is { Peers.Count: 0, OpenConnections: 0 }, "nothing is left open", Cancellation);
    }

    private async Task<WebSocketUpstream> StartAsync(Era era, int port = 0)
    {
        var server = Own(await WebSocketUpstream.StartAsync(era == Era.Modern ? UpstreamOptions.Modern : UpstreamOptions.Legacy, Cancellation, port));
        return server
            .On("tools/list", exchange => exchange.ResultAsync(ScriptedServers.Complete(era, $$"""{"tools":[{{ScriptedServers.Tool}}]}""", cacheable: true)))
            .On("resources/list", exchange => exchange.ResultAsync(ScriptedServers.Complete(era, """{"resources":[]}""", cacheable: true)))
            .On("resources/templates/list", exchange => exchange.ResultAsync(ScriptedServers.Complete(era, """{"resourceTemplates":[]}""", cacheable: true)))
            .On("prompts/list", exchange => exchange.ResultAsync(ScriptedServers.Complete(era, """{"prompts":[]}""", cacheable: true)));
    }
}
