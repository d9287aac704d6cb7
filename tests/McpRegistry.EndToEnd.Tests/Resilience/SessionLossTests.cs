using System.Net;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Resilience;

/// <summary>Servers whose sessions hold what matters: clients are told when they lose one.</summary>
public sealed class SessionLossTests : EndToEndTest
{
    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Resilience:Servers:up:SessionLoss"] = "End" },
    };

    [Theory]
    [InlineData(null)]
    [InlineData("up")]
    public async Task Call_LegacyClient_GetsNotFoundAndInitializesAgain(string? alias)
    {
        var upstream = await AddAsync();
        var client = await OpenAsync(Era.Legacy, alias);
        var tool = alias is null ? "up__work" : "work";
        Assert.Equal(HttpStatusCode.OK, (await client.CallToolAsync(tool, Cancellation)).Status);
        upstream.ExpireSessions();
        var told = await client.CallToolAsync(tool, Cancellation);
        Assert.Equal((HttpStatusCode.NotFound, "session_lost", false), (told.Status, told.Reason, told.Error.GetProperty("data").GetProperty("retryable").GetBoolean()));
        var next = await client.CallToolAsync(tool, Cancellation);
        Assert.Equal((HttpStatusCode.NotFound, "unknown_session"), (next.Status, next.Reason));

        // The call that was told, and the one that was not sent.
        Assert.Equal(2, upstream.Requests.Of("tools/call").Count);
        client = await OpenAsync(Era.Legacy, alias);
        Assert.True((await client.CallToolAsync(tool, Cancellation)).Result.TryGetProperty("content", out _));
        Assert.Equal("healthy", RegistryClient.Health(await Gateway.Registry.FindAsync("up", Cancellation)));
    }

    [Fact]
    public async Task Call_ModernClient_IsToldOnce()
    {
        var upstream = await AddAsync();
        var client = await OpenAsync(Era.Modern);
        await client.CallToolAsync("up__work", Cancellation);
        upstream.ExpireSessions();
        var told = await client.CallToolAsync("up__work", Cancellation);
        Assert.Equal((HttpStatusCode.OK, "session_lost", true), (told.Status, told.Reason, told.Error.GetProperty("data").GetProperty("retryable").GetBoolean()));

        Assert.True((await client.CallToolAsync("up__work", Cancellation)).Result.TryGetProperty("content", out _));
        Assert.Equal(3, upstream.Requests.Of("tools/call").Count);
    }

    [Fact]
    public async Task Call_EndpointOfTheSessionIsGone_IsNotLedToAnotherOne()
    {
        var upstreams = new[] { Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation)), Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation)) };
        await Gateway.Registry.RegisterAsync(
            $$"""{"name":"up","alias":"up","endpoints":[{"url":"{{upstreams[0].Url}}"},{"url":"{{upstreams[1].Url}}"}]}""", Cancellation);
        await Gateway.Registry.WaitAsync("up", "healthy", Cancellation);
        var client = await OpenAsync(Era.Legacy);
        await client.CallToolAsync("up__work", Cancellation);
        var (dead, other) = upstreams[0].Requests.Of("tools/call").Count > 0 ? (upstreams[0], upstreams[1]) : (upstreams[1], upstreams[0]);
        await dead.DisposeAsync();

        await WaitAsync(async () => (await client.CallToolAsync("up__work", Cancellation)).Status == HttpStatusCode.NotFound, "the client is told");

        Assert.Empty(other.Requests.Of("tools/call"));
        client = await OpenAsync(Era.Legacy);
        Assert.True((await client.CallToolAsync("up__work", Cancellation)).Result.TryGetProperty("content", out _));
    }

    /// <summary>Nothing is lost while the endpoint of the session may come back, and nothing is sent to another one before the client knows.</summary>
    [Theory]
    [InlineData(Era.Legacy, true)]
    [InlineData(Era.Legacy, false)]
    [InlineData(Era.Modern, true)]
    [InlineData(Era.Modern, false)]
    public async Task Call_AllEndpointsAreAway_ClientStartsOverWhenOneIsBack(Era era, bool isItsOwn)
    {
        var upstreams = new[] { Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation)), Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation)) };
        await Gateway.Registry.RegisterAsync(
            $$"""{"name":"up","alias":"up","endpoints":[{"url":"{{upstreams[0].Url}}"},{"url":"{{upstreams[1].Url}}"}]}""", Cancellation);
        await Gateway.Registry.WaitAsync("up", "healthy", Cancellation);
        await Gateway.Registry.WaitForEndpointsAsync("up", Cancellation);
        var client = await OpenAsync(era);
        await client.CallToolAsync("up__work", Cancellation);
        var own = upstreams.Single(static one => one.Requests.Of("tools/call").Count > 0);
        var returning = isItsOwn ? own : upstreams.Single(one => one != own);
        await Task.WhenAll(upstreams.Select(static one => one.DisposeAsync().AsTask()));
        await Gateway.Registry.WaitAsync("up", "unhealthy", Cancellation);

        var refused = await client.CallToolAsync("up__work", Cancellation);
        Assert.Equal((HttpStatusCode.OK, "unreachable", true), (refused.Status, refused.Reason, refused.Error.GetProperty("data").GetProperty("retryable").GetBoolean()));

        var back = Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation, returning.Url.Port));
        await Gateway.Registry.WaitAsync("up", "degraded", Cancellation);
        var told = await client.CallToolAsync("up__work", Cancellation);
        Assert.Equal((era == Era.Legacy ? HttpStatusCode.NotFound : HttpStatusCode.OK, "session_lost"), (told.Status, told.Reason));

        // Its own has forgotten the session, and says so itself; the other one is not asked.
        Assert.Equal(isItsOwn ? 1 : 0, back.Requests.Of("tools/call").Count);
        if (era == Era.Legacy)
        {
            Assert.Equal("unknown_session", (await client.CallToolAsync("up__work", Cancellation)).Reason);
            client = await OpenAsync(era);
        }

        Assert.True((await client.CallToolAsync("up__work", Cancellation)).Result.TryGetProperty("content", out _));
    }

    /// <summary>Whoever only listens has something to lose as well.</summary>
    [Fact]
    public async Task Stream_SessionIsLost_Ends()
    {
        var upstream = await AddAsync();
        var client = await OpenAsync(Era.Legacy, "up");
        await client.CallToolAsync("work", Cancellation);
        var session = upstream.Requests.Of("tools/call")[0].SessionId;
        await using var stream = await OpenStream.GetAsync(Gateway.Http, Gateway.Mcp("up"), client, Cancellation);
        await upstream.WaitUntilAsync(one => one.HasStream(session), "the session has its stream", Cancellation);
        upstream.ExpireSessions();

        await Assert.ThrowsAsync<EndOfStreamException>(() => stream.FindAsync("nothing", Cancellation));
        Assert.Equal(HttpStatusCode.NotFound, (await client.CallToolAsync("work", Cancellation)).Status);
    }

    /// <summary>What watches a resource finds the loss first, has no answer in which to say so, and goes on in a session that it opens, perhaps elsewhere.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Call_SubscriptionHasMetTheLoss_ModernClientIsToldOnce(int endpoints)
    {
        var upstreams = new List<ScriptedUpstream>();
        for (var i = 0; i < endpoints; i++)
        {
            upstreams.Add(Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation)));
        }

        await Gateway.Registry.RegisterAsync(
            $$"""{"name":"up","alias":"up","endpoints":[{{string.Join(',', upstreams.Select(static one => $$"""{"url":"{{one.Url}}"}"""))}}]}""", Cancellation);
        await Gateway.Registry.WaitAsync("up", "healthy", Cancellation);
        await Gateway.Registry.WaitForEndpointsAsync("up", Cancellation);
        var client = await OpenAsync(Era.Modern, "up");
        await client.CallToolAsync("work", Cancellation);
        Own(await OpenStream.ListenAsync(Gateway.Http, Gateway.Mcp("up"), client, """{"resourceSubscriptions":["test://one"]}""", Cancellation));
        await WaitAsync(() => Subscriptions() == 1, "the resource is watched");
        foreach (var upstream in upstreams)
        {
            upstream.ExpireSessions();
        }

        await WaitAsync(() => Subscriptions() == 2, "the resource is watched in another session");

        Assert.Equal("session_lost", (await client.CallToolAsync("work", Cancellation)).Reason);
        Assert.True((await client.CallToolAsync("work", Cancellation)).Result.TryGetProperty("content", out _));
        Assert.Equal(2, upstreams.Sum(static one => one.Requests.Of("tools/call").Count));

        int Subscriptions() => upstreams.Sum(static one => one.Requests.Of("resources/subscribe").Count);
    }

    private async Task<ScriptedUpstream> AddAsync()
    {
        var upstream = Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation));
        await Gateway.Registry.AddAsync("up", upstream.Url, Cancellation);
        return upstream;
    }
}
