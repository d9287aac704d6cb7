using System.Net;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Lifecycle;

/// <summary>Clients that go without a word cost nothing after the idle time; the clock is the test's.</summary>
public sealed class AbandonedSessionTests : EndToEndTest
{
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(30);
    private readonly ManualTimeProvider _clock = new();

    private protected override GatewaySetup Setup => new() { Clock = _clock };

    [Fact]
    public async Task Sessions_200Abandoned_AreGoneAfterTheIdleTime()
    {
        var upstream = Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation));
        await Gateway.Registry.AddAsync("up", upstream.Url, Cancellation);
        await upstream.WaitUntilAsync(open => open.OpenStreams == 1, "the gateway watches", Cancellation);
        var abandoned = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => OpenAsync(Era.Legacy)));
        Assert.Equal(200, Gateway.Sessions.Count);
        await abandoned[7].CallToolAsync("up__work", Cancellation);
        Assert.Equal(2, upstream.OpenSessions);

        _clock.Advance(Idle / 2);
        Assert.Equal(200, Gateway.Sessions.Count);
        var alive = abandoned[0];
        Assert.Equal(HttpStatusCode.OK, (await alive.CallAsync("ping", Cancellation)).Status);

        _clock.Advance((Idle / 2) + (Idle / 4));
        Assert.Equal(1, Gateway.Sessions.Count);

        // What a client has at a server ends with its session, with a DELETE; the watching one stays. The clock is held until
        // then, since the DELETE too is given up when it goes on.
        await upstream.WaitUntilAsync(open => open is { OpenSessions: 1, OpenStreams: 1 }, "only the watching session is open", Cancellation);
        Assert.Single(upstream.Requests.All, request => request.Verb == "DELETE");
        Assert.Equal(HttpStatusCode.OK, (await alive.CallAsync("ping", Cancellation)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await abandoned[1].CallAsync("ping", Cancellation)).Status);

        // Its client has the answer a moment before the session rests; then the next sweep ends it.
        await WaitAsync(
            () =>
            {
                _clock.Advance(Idle * 2);
                return Gateway.Sessions.Count == 0;
            },
            "the session has ended");
    }

    /// <summary>Its login, its counter, its roots: a server has them in the session, and a client that comes back counts on them.</summary>
    [Fact]
    public async Task UpstreamSession_ClientComesBackWhileItsOwnLives_IsTheSame()
    {
        var upstream = Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation));
        await Gateway.Registry.AddAsync("up", upstream.Url, Cancellation);
        var client = await OpenAsync(Era.Legacy);
        await client.CallToolAsync("up__work", Cancellation);

        for (var pause = 0; pause < 3; pause++)
        {
            // More than twice what an unused session of a stateless caller has, and looked at as often.
            for (var minute = 0; minute < 24; minute++)
            {
                _clock.Advance(TimeSpan.FromMinutes(1));
            }

            await client.CallToolAsync("up__work", Cancellation);
        }

        Assert.Equal(4, upstream.Requests.Of("tools/call").Count);
        Assert.Single(upstream.Requests.Of("tools/call").Select(call => call.SessionId).Distinct(StringComparer.Ordinal));
    }

    /// <summary>A call that runs keeps its session, however long it takes.</summary>
    [Fact]
    public async Task Session_WithARunningCall_IsKept()
    {
        var gate = new Gate();
        var upstream = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        upstream.On("tools/call", Answers.After(gate, Answers.Never));
        await Gateway.Registry.AddAsync("up", upstream.Url, Cancellation);
        var client = await OpenAsync(Era.Legacy);
        var call = client.CallToolAsync("up__work", Cancellation);
        await gate.WhenWaitingAsync(1, Cancellation);

        // Nine minutes are more than the gateway waits for a silent upstream: the call ends, by the test's clock.
        _clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal("timeout", (await call).Reason);
        Assert.Equal(1, Gateway.Sessions.Count);
        await upstream.Requests.WaitForAbortAsync("tools/call", Cancellation);
    }
}
