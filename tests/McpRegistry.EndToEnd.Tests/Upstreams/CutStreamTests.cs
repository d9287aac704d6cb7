using System.Collections.Concurrent;
using McpRegistry.EndToEnd.Tests.Bridging;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Upstreams;

/// <summary>A stream that breaks says nothing about the session that it belongs to: what the server keeps in it stays.</summary>
public sealed class CutStreamTests : EndToEndTest
{
    [Theory]
    [InlineData(Era.Modern, CutStage.WithoutAnswer)]
    [InlineData(Era.Legacy, CutStage.WithoutAnswer)]
    [InlineData(Era.Modern, CutStage.BeforeHeaders)]
    [InlineData(Era.Legacy, CutStage.InsideEvent)]
    public async Task Call_StreamIsCut_NextCallFindsTheStateOfTheSession(Era client, CutStage stage)
    {
        var upstream = Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation));
        var counters = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        var calls = 0;
        upstream.On("tools/call", exchange =>
        {
            var count = counters.AddOrUpdate(exchange.Request.SessionId!, 1, static (_, before) => before + 1);
            return Interlocked.Increment(ref calls) == 2
                ? Answers.Cut(stage, "{}")(exchange)
                : exchange.ResultAsync($$"""{"content":[],"count":{{count}}}""");
        });
        await Gateway.Registry.AddAsync("up", upstream.Url, Cancellation);
        var raw = await OpenAsync(client);

        Assert.Equal(1, (await raw.CallToolAsync("up__work", Cancellation)).Result.GetProperty("count").GetInt32());
        Assert.Equal("unreachable", (await raw.CallToolAsync("up__work", Cancellation)).Reason);
        Assert.Equal(3, (await raw.CallToolAsync("up__work", Cancellation)).Result.GetProperty("count").GetInt32());
    }

    /// <summary>Servers that ask on the stream of their session must find it open again, in the session that they know.</summary>
    [Fact]
    public async Task Watch_StreamIsCut_ServerCanAskAgain()
    {
        var upstream = Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation));
        await Gateway.Registry.AddAsync("up", upstream.Url, Cancellation);
        var client = await RawClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Era.Legacy, Cancellation, Question.Everything);
        await client.CallToolAsync("up__work", Cancellation);
        await upstream.WaitUntilAsync(up => up.OpenStreams == 2, "the session is heard", Cancellation);
        foreach (var session in upstream.Requests.All.Where(request => request.Verb == "GET").Select(request => request.SessionId).ToList())
        {
            // Open on the gateway's side too.
            var ping = Asking.NextId();
            await upstream.AskAsync(session, ping, "ping", "{}");
            await upstream.Requests.AnswerAsync(session, ping, Cancellation);
        }

        upstream.CutStreams();
        await upstream.WaitUntilAsync(up => up.Requests.All.Count(request => request.Verb == "GET") >= 4 && up.OpenStreams == 2, "the streams are open again", Cancellation);

        upstream.On("tools/call", async exchange =>
        {
            var id = Asking.NextId();
            await upstream.AskAsync(exchange.Request.SessionId, id, Question.Roots.Method, Question.Roots.Params);
            await exchange.ResultAsync(Asking.Result([Asking.Outcome(await upstream.Requests.AnswerAsync(exchange.Request.SessionId, id, exchange.Ended))]));
        });
        using var call = await client.BeginToolAsync("up__work", Cancellation);
        await client.RespondAsync(await call.NextAsync(Cancellation), Question.Roots.Answer, Cancellation);

        Assert.True((await call.NextAsync(Cancellation)).TryGetProperty("result", out _));
        Assert.Equal(2, upstream.Requests.Of("initialize").Count);
    }

    /// <summary>A server that was away and comes back without its sessions gets new ones.</summary>
    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Call_ServerWasAway_NextCallOpensASession(Era client)
    {
        var upstream = Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation));
        await Gateway.Registry.AddAsync("up", upstream.Url, Cancellation);
        var raw = await OpenAsync(client);
        await raw.CallToolAsync("up__work", Cancellation);
        await upstream.DisposeAsync();
        await Gateway.Registry.WaitAsync("up", "unhealthy", Cancellation);
        Assert.Equal("unreachable", (await raw.CallToolAsync("up__work", Cancellation)).Reason);

        Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation, upstream.Url.Port));
        await Gateway.Registry.WaitAsync("up", "healthy", Cancellation);
        Assert.True((await raw.CallToolAsync("up__work", Cancellation)).Result.TryGetProperty("content", out _));
    }
}
