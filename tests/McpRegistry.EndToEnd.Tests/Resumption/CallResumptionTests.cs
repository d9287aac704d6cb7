using System.Net;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Resumption;

/// <summary>A call whose connection breaks goes on, and its client gets the rest over another connection: all of it, and nothing twice.</summary>
public sealed class CallResumptionTests : ResumptionTest
{
    public static TheoryData<string, Era> Sessions
    {
        get
        {
            var data = new TheoryData<string, Era>();
            foreach (var revision in new[] { "2025-11-25", "2025-06-18", "2025-03-26" })
            {
                data.Add(revision, Era.Modern);
                data.Add(revision, Era.Legacy);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Sessions))]
    public async Task Cut_InTheMiddle_RestComesOnce(string revision, Era server)
    {
        var (first, rest) = (new Gate(), new Gate());
        var upstream = await AddUpstreamAsync(server);
        upstream.On("tools/call", InSteps(server, first, rest));
        var client = await ClientAsync(revision);
        var calling = CallAsync(client);
        await first.WhenWaitingAsync(1, Cancellation);
        first.Open();
        var call = await calling;
        var seen = await call.MessageAsync(Cancellation);
        await call.DisposeAsync();

        await rest.WhenWaitingAsync(1, Cancellation);
        var back = await ListenAsync(client, seen.Id);
        rest.Open();
        var events = await back.RestAsync(Cancellation);

        Assert.Equal("1 2 3 result", Said([seen, .. events]));
        Assert.Equal(4, events.Select(item => item.Id).Append(seen.Id).Distinct().Count());
        Assert.Single(upstream.Requests.Of("tools/call"));
        Assert.False(upstream.Requests.Of("tools/call")[0].WasAborted);
        Assert.Equal(HttpStatusCode.NoContent, (await ListenAsync(client, events[^1].Id)).Status);
    }

    /// <summary>Everything came while nobody was there.</summary>
    [Fact]
    public async Task Cut_CallEndsMeanwhile_RestIsKept()
    {
        var (first, rest) = (new Gate(), new Gate());
        first.Open();
        var upstream = await AddUpstreamAsync(Era.Legacy);
        upstream.On("tools/call", InSteps(Era.Legacy, first, rest));
        var client = await ClientAsync();
        var call = await CallAsync(client);
        var seen = await call.MessageAsync(Cancellation);
        await call.DisposeAsync();
        rest.Open();
        await upstream.Requests.Of("tools/call")[0].Ended.WaitAsync(TimeSpan.FromMinutes(2), Cancellation);
        await client.CallAsync("ping", Cancellation);

        var back = await ListenAsync(client, seen.Id);
        Assert.Equal("2 3 result", Said(await back.RestAsync(Cancellation)));
    }

    /// <summary>Before there is any message a client of 2025-11-25 has an id, and the time to wait.</summary>
    [Fact]
    public async Task Cut_BeforeTheFirstMessage_IsResumedFromThePrimingEvent()
    {
        var gate = new Gate();
        (await AddUpstreamAsync(Era.Modern)).On("tools/call", InSteps(Era.Modern, gate));
        var client = await ClientAsync();
        var call = await CallAsync(client);
        var priming = await call.NextAsync(Cancellation);
        Assert.Equal(("1000", ""), (priming.Retry, priming.Data));
        await call.DisposeAsync();

        var second = await ListenAsync(client, priming.Id);
        var again = await second.NextAsync(Cancellation);
        Assert.False(again.IsMessage);
        Assert.NotEqual(priming.Id, again.Id);
        await second.DisposeAsync();
        gate.Open();
        Assert.Equal("1 2 3 result", Said(await (await ListenAsync(client, again.Id)).RestAsync(Cancellation)));
    }

    [Fact]
    public async Task Cut_TwoCallsAtOnce_EachGetsItsOwn()
    {
        var (one, two) = (new Gate(), new Gate());
        (await AddUpstreamAsync(Era.Legacy)).On("tools/call", InSteps(Era.Legacy, one));
        (await AddUpstreamAsync(Era.Modern, "other")).On("tools/call", InSteps(Era.Modern, two));
        var client = await ClientAsync();
        var (first, second) = (await CallAsync(client, "1"), await CallAsync(client, "2", "other__work"));
        var ids = new[] { (await first.NextAsync(Cancellation)).Id, (await second.NextAsync(Cancellation)).Id };
        await first.DisposeAsync();
        await second.DisposeAsync();
        var (third, fourth) = (await ListenAsync(client, ids[1]), await ListenAsync(client, ids[0]));
        two.Open();
        one.Open();

        var (ofSecond, ofFirst) = (await third.RestAsync(Cancellation), await fourth.RestAsync(Cancellation));
        Assert.Equal(("1 2 3 result", "1 2 3 result"), (Said(ofFirst), Said(ofSecond)));
        Assert.Equal((1, 2), (ofFirst[^1].Message.GetProperty("id").GetInt32(), ofSecond[^1].Message.GetProperty("id").GetInt32()));
        Assert.Equal(8, ofFirst.Concat(ofSecond).Select(item => item.Id).Distinct().Count());
    }

    /// <summary>The gateway has not noticed that the client is gone: whoever comes back is right.</summary>
    [Fact]
    public async Task Resume_WhileTheOldConnectionSeemsAlive_TakesOver()
    {
        var (first, rest) = (new Gate(), new Gate());
        first.Open();
        (await AddUpstreamAsync(Era.Modern)).On("tools/call", InSteps(Era.Modern, first, rest));
        var client = await ClientAsync();
        var call = await CallAsync(client);
        var seen = await call.MessageAsync(Cancellation);
        var second = await ListenAsync(client, seen.Id);
        Assert.Empty(await call.RestAsync(Cancellation));
        var third = await ListenAsync(client, seen.Id);
        Assert.Empty(await second.RestAsync(Cancellation));
        rest.Open();
        Assert.Equal("2 3 result", Said(await third.RestAsync(Cancellation)));
    }

    [Fact]
    public async Task Delete_WhileNobodyListens_EndsTheCallAndFreesItsEvents()
    {
        var (first, rest) = (new Gate(), new Gate());
        first.Open();
        var upstream = await AddUpstreamAsync(Era.Modern);
        upstream.On("tools/call", InSteps(Era.Modern, first, rest));
        var client = await ClientAsync();
        var call = await CallAsync(client);
        var seen = await call.MessageAsync(Cancellation);
        await call.DisposeAsync();
        Assert.True(Events.Count > 0);
        await client.EndAsync(Cancellation);
        await upstream.Requests.WaitForAbortAsync("tools/call", Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, (await ListenAsync(client, seen.Id)).Status);
        await WaitAsync(() => (Events.Count, Events.Bytes) == (0, 0L), "nothing is kept");
    }

    [Fact]
    public async Task Cancel_WhileNobodyListens_EndsTheCall()
    {
        var (first, rest) = (new Gate(), new Gate());
        first.Open();
        var upstream = await AddUpstreamAsync(Era.Legacy);
        upstream.On("tools/call", InSteps(Era.Legacy, first, rest));
        var client = await ClientAsync();
        var call = await CallAsync(client);
        var seen = await call.MessageAsync(Cancellation);
        await call.DisposeAsync();
        await client.NotifyAsync("notifications/cancelled", """{"requestId":1}""", Cancellation);
        await upstream.Requests.WaitAsync("notifications/cancelled", Cancellation);

        Assert.Empty(await (await ListenAsync(client, seen.Id)).RestAsync(Cancellation));
        Assert.Equal(HttpStatusCode.NoContent, (await ListenAsync(client, seen.Id)).Status);
    }

    /// <summary>What is answered at once, and what takes no stream, needs no id.</summary>
    [Fact]
    public async Task Answer_WithoutAWait_IsOneDocument()
    {
        await AddUpstreamAsync(Era.Legacy);
        var client = await ClientAsync();
        var merged = await client.CallAsync("tools/list", Cancellation);
        Assert.False(merged.IsStream);
        using var json = await client.BeginToolAsync("up__work", Cancellation, accept: "application/json");
        Assert.False(json.IsStream);
        Assert.Equal(0, Events.Count);
    }

    [Fact]
    public async Task Modern_Client_GetsNoIds()
    {
        var gate = new Gate();
        gate.Open();
        (await AddUpstreamAsync(Era.Modern)).On("tools/call", InSteps(Era.Modern, gate));
        var client = await OpenAsync(Era.Modern);
        var answer = await client.CallToolAsync("up__work", Cancellation, meta: Token);
        Assert.True(answer.IsStream);
        Assert.DoesNotContain("id: ", answer.Body, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, Gateway.Mcp());
        request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
        request.Headers.TryAddWithoutValidation("Last-Event-ID", "a-1-1");
        using var response = await Gateway.Http.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }
}
