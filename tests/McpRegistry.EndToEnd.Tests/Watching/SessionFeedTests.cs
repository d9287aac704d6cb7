using System.Net;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.Snapshots;
using McpRegistry.TestSupport;
using McpRegistry.TestSupport.Upstreams;
using McpRegistry.Watching;

namespace McpRegistry.EndToEnd.Tests.Watching;

/// <summary>What a legacy session hears of its own session with a legacy server, and that it leaves nothing behind.</summary>
public sealed class SessionFeedTests : WatchTest
{
    [Theory]
    [InlineData(null)]
    [InlineData("up")]
    public async Task Unasked_FromTheClientsOwnSession_ArrivesAsItWasSent(string? alias)
    {
        var upstream = await AddUpstreamAsync(Era.Legacy);
        var client = await OpenAsync(Era.Legacy, alias);
        var stream = await WatchAsync(client, alias: alias);
        if (alias is null)
        {
            // On the merged endpoint only servers that the session has used have something to say to it.
            await client.CallToolAsync("up__work", Cancellation);
        }

        await client.CallAsync("logging/setLevel", Cancellation, "\"level\":\"warning\"");
        await upstream.WaitUntilAsync(open => open.OpenStreams == 2, "the client's own session is heard", Cancellation);
        await upstream.PushAsync("notifications/message", """{"level":"info","data":"quiet"}""");
        await upstream.PushAsync("notifications/progress", """{"progressToken":1,"progress":1}""");
        await upstream.PushAsync("notifications/message", """{"level":"error","data":"loud"}""");
        await upstream.PushAsync("notifications/vendor/thing", """{"x":123456789012345678901234567890}""");

        Assert.Equal("""{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"error","data":"loud"}}""", (await stream.NextAsync(Cancellation)).GetRawText());
        Assert.Equal("""{"jsonrpc":"2.0","method":"notifications/vendor/thing","params":{"x":123456789012345678901234567890}}""", (await stream.NextAsync(Cancellation)).GetRawText());
    }

    /// <summary>Many servers tell of a change on the stream of the call that made it; it is no less a change.</summary>
    [Fact]
    public async Task Unasked_OnTheStreamOfACall_ArrivesOnTheClientsStream()
    {
        var upstream = await AddUpstreamAsync(Era.Legacy);
        var client = await OpenAsync(Era.Legacy, "up");
        var stream = await WatchAsync(client, alias: "up");
        await upstream.WaitUntilAsync(open => open.OpenStreams == 2, "the client's own session is heard", Cancellation);
        Assert.Equal(HttpStatusCode.OK, (await client.CallAsync("resources/subscribe", Cancellation, "\"uri\":\"test://one\"")).Status);
        upstream.On("tools/call", async exchange =>
        {
            await exchange.NotifyAsync("notifications/vendor/thing", """{"x":1}""");
            await exchange.NotifyAsync("notifications/resources/updated", """{"uri":"test://one"}""");
            await exchange.NotifyAsync("notifications/prompts/list_changed", "{}");
            await exchange.ResultAsync("""{"content":[]}""");
        });

        var answer = await client.CallToolAsync("work", Cancellation);

        Assert.True(answer.Result.TryGetProperty("content", out _));

        // What is ready together is told in an order of its own.
        string?[] heard = [await MethodAsync(), await MethodAsync(), await MethodAsync()];
        Assert.Equal(
            ["notifications/prompts/list_changed", "notifications/resources/updated", "notifications/vendor/thing"], heard.Order(StringComparer.Ordinal));

        async Task<string?> MethodAsync() => (await stream.NextAsync(Cancellation)).GetProperty("method").GetString();
    }

    /// <summary>A question that belongs to no call is asked on the client's own stream, of a client that said it can answer.</summary>
    [Fact]
    public async Task Question_OnTheStreamOfTheSession_IsAnsweredByTheClient()
    {
        var upstream = await AddUpstreamAsync(Era.Legacy);
        var client = await RawClient.OpenAsync(Gateway.Http, Gateway.Mcp("up"), Era.Legacy, Cancellation, """{"roots":{}}""");
        var stream = await WatchAsync(client, alias: "up");
        await upstream.WaitUntilAsync(open => open.OpenStreams == 2, "the client's own session is heard", Cancellation);
        await upstream.AskAsync("5", "roots/list");

        var question = await stream.NextAsync(Cancellation);
        Assert.Equal("roots/list", question.GetProperty("method").GetString());
        await client.PostAsync($$$"""{"jsonrpc":"2.0","id":{{{question.GetProperty("id").GetRawText()}}},"result":{"roots":[{"uri":"file:///a"}]}}""", [], Cancellation);
        var answer = await upstream.Requests.WaitAsync(
            request => request.Id == "5" && request.Method.Length == 0 && System.Text.Encoding.UTF8.GetString(request.Body.Span).Contains("file:///a", StringComparison.Ordinal), "the answer arrives", Cancellation);
        Assert.NotNull(answer.SessionId);
    }

    [Fact]
    public async Task RootsChanged_ReachesTheSessionsOfThisClientOnly()
    {
        var upstream = await AddUpstreamAsync(Era.Legacy);
        var modern = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        await Gateway.Registry.AddAsync("modern", modern.Url, Cancellation);
        var client = await OpenAsync(Era.Legacy);
        var other = await OpenAsync(Era.Legacy);
        await client.CallToolAsync("up__work", Cancellation);
        await client.CallToolAsync("modern__work", Cancellation);
        await other.CallToolAsync("up__work", Cancellation);
        var answer = await client.NotifyAsync("notifications/roots/list_changed", "{}", Cancellation);

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        var told = await upstream.Requests.WaitAsync("notifications/roots/list_changed", Cancellation);
        await client.CallToolAsync("up__work", Cancellation);
        Assert.Single(upstream.Requests.Of("notifications/roots/list_changed"));
        Assert.Equal(upstream.Requests.Of("tools/call")[0].SessionId, told.SessionId);
        Assert.Empty(modern.Requests.Of("notifications/roots/list_changed"));
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Delete_SessionWithStreamAndSubscriptions_LeavesNothing(Era server)
    {
        var upstream = await AddUpstreamAsync(server);
        var client = await OpenAsync(Era.Legacy, "up");
        var stream = await WatchResourceAsync(client, "test://one", "up");
        await upstream.WaitUntilAsync(open => open.OpenStreams == 2, "the resource is watched", Cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Delete, Gateway.Mcp("up"));
        request.Headers.Add("Mcp-Session-Id", client.SessionId);
        using var response = await Gateway.Http.SendAsync(request, Cancellation);

        await stream.ExpectEndAsync(Cancellation);
        await AssertNothingAsync(upstream, server);
    }

    private async Task AssertNothingAsync(ScriptedUpstream upstream, Era server)
    {
        await upstream.WaitUntilAsync(
            open => open.OpenStreams == 1 && open.OpenSessions == (server == Era.Legacy ? 1 : 0), "only the gateway's own watch is open", Cancellation);
        await WaitAsync(() => Gateway.Get<SessionFeeds>().Count == 0 && Gateway.Get<RegistrySnapshots>().Changes.Count == 0, "nothing is left");
    }
}
