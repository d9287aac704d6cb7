using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Upstreams;

/// <summary>A legacy upstream that forgot its sessions is met by a new handshake, unseen by the client.</summary>
public sealed class ExpiredSessionTests : EndToEndTest
{
    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Call_SessionExpired_IsReplayedOnceAndTheToolRunsOnce(Era client)
    {
        var upstream = Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation));
        var runs = 0;
        upstream.On("tools/call", exchange =>
        {
            Interlocked.Increment(ref runs);
            return exchange.ResultAsync("""{"content":[]}""");
        });
        await Gateway.Registry.AddAsync("up", upstream.Url, Cancellation);
        var raw = await OpenAsync(client);
        await raw.CallToolAsync("up__work", Cancellation);
        var handshakes = upstream.Requests.Of("initialize").Count;
        upstream.ExpireSessions();
        Assert.True((await raw.CallToolAsync("up__work", Cancellation)).Result.TryGetProperty("content", out _));
        Assert.Equal(2, runs);

        // One new handshake for the caller's session and one for the watching one.
        Assert.InRange(upstream.Requests.Of("initialize").Count - handshakes, 1, 2);
        Assert.Equal("healthy", RegistryClient.Health(await Gateway.Registry.FindAsync("up", Cancellation)));
    }

    [Fact]
    public async Task Calls_ManyAtOnceOnAnExpiredSession_ShareOneHandshake()
    {
        var upstream = Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation));
        await Gateway.Registry.AddAsync("up", upstream.Url, Cancellation);
        var raw = await OpenAsync(Era.Modern);
        await raw.CallToolAsync("up__work", Cancellation);
        var handshakes = upstream.Requests.Of("initialize").Count;
        upstream.ExpireSessions();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => raw.CallToolAsync("up__work", Cancellation)));
        Assert.All(answers, answer => Assert.True(answer.Result.TryGetProperty("content", out _)));
        Assert.InRange(upstream.Requests.Of("initialize").Count - handshakes, 1, 2);
    }

    /// <summary>A legacy server may keep state in a session, so no two principals share one.</summary>
    [Fact]
    public async Task Calls_OfTwoKeys_UseTwoSessions()
    {
        var upstream = Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation));
        await Gateway.Registry.AddAsync("up", upstream.Url, Cancellation);
        using var second = Gateway.CreateHttp(await Gateway.AddKeyAsync("second", ApiKeyScope.Proxy, Cancellation));
        var other = await RawClient.OpenAsync(second, Gateway.Mcp(), Era.Modern, Cancellation);
        var first = await OpenAsync(Era.Modern);
        foreach (var client in new[] { first, other, first, other })
        {
            await client.CallToolAsync("up__work", Cancellation);
        }

        var sessions = upstream.Requests.Of("tools/call").Select(call => call.SessionId).ToList();
        Assert.Equal(sessions[0], sessions[2]);
        Assert.Equal(sessions[1], sessions[3]);
        Assert.NotEqual(sessions[0], sessions[1]);
    }
}
