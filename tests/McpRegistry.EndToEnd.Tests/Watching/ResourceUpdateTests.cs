using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Watching;

/// <summary>Clients of both eras hear of resources that they watch, and of no others.</summary>
public sealed class ResourceUpdateTests : WatchTest
{
    private const string Updated = "notifications/resources/updated";

    [Theory]
    [MemberData(nameof(Wirings))]
    public async Task Updated_OfAWatchedResource_ReachesTheClient(Era era, Era server, string? alias)
    {
        var upstream = await AddUpstreamAsync(server);
        var client = await OpenAsync(era, alias);
        var stream = await WatchResourceAsync(client, "test://one", alias);
        await WatchingAsync(upstream, server, "test://one");
        await upstream.PushAsync(Updated, """{"uri":"test://other"}""");
        await upstream.PushAsync(Updated, """{"uri":"test://one","x":1}""");

        var heard = await stream.NextAsync(Cancellation);
        var expected = era == Era.Modern ? """{"_meta":{"io.modelcontextprotocol/subscriptionId":"listen"},"uri":"test://one","x":1}""" : """{"uri":"test://one","x":1}""";
        Assert.Equal(expected, heard.GetProperty("params").GetRawText());
    }

    [Theory]
    [MemberData(nameof(Wirings))]
    public async Task Watching_Ends_AtTheServerToo(Era era, Era server, string? alias)
    {
        var upstream = await AddUpstreamAsync(server);
        var client = await OpenAsync(era, alias);
        var stream = await WatchResourceAsync(client, "test://one", alias);
        await WatchingAsync(upstream, server, "test://one");
        if (era == Era.Legacy)
        {
            Assert.Equal("{}", (await client.CallAsync("resources/unsubscribe", Cancellation, "\"uri\":\"test://one\"")).Result.GetRawText());
        }
        else
        {
            await stream.DisposeAsync();
        }

        if (server == Era.Legacy)
        {
            await upstream.Requests.WaitAsync("resources/unsubscribe", Cancellation);
        }
        else
        {
            await upstream.WaitUntilAsync(open => open.OpenStreams == 1, "only the gateway's own watch is open", Cancellation);
        }
    }

    /// <summary>Two clients of one principal share its session with the server, and each hears what it subscribed to.</summary>
    [Theory]
    [MemberData(nameof(Eras))]
    public async Task TwoClientsOfOnePrincipal_LegacyServer_ShareTheSubscription(Era era)
    {
        var upstream = await AddUpstreamAsync(Era.Legacy, ",\"isolation\":\"per_principal\"");
        var both = await OpenAsync(era, "up");
        var one = await OpenAsync(era, "up");
        var first = await WatchResourceAsync(both, "test://one", "up");
        var second = await WatchResourceAsync(one, "test://one", "up");
        await WatchingAsync(upstream, Era.Legacy, "test://one");
        await upstream.PushAsync(Updated, """{"uri":"test://one"}""");
        await first.ExpectAsync("test://one", Cancellation);
        await second.ExpectAsync("test://one", Cancellation);
        Assert.Single(upstream.Requests.Of("resources/subscribe"));

        await EndAsync(both, first);
        await upstream.PushAsync(Updated, """{"uri":"test://one"}""");
        await second.ExpectAsync("test://one", Cancellation);
        Assert.Empty(upstream.Requests.Of("resources/unsubscribe"));

        await EndAsync(one, second);
        await upstream.Requests.WaitAsync("resources/unsubscribe", Cancellation);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task TwoPrincipals_OneServer_HearOnlyTheirOwn(Era era, Era server)
    {
        var upstream = await AddUpstreamAsync(server);
        upstream.On("resources/list", ListAnswers.Page("resources", """[{"uri":"test://one","name":"one"},{"uri":"test://two","name":"two"}]"""));
        var key = await Gateway.AddKeyAsync("second", ApiKeyScope.Proxy, Cancellation);
        using var http = Gateway.CreateHttp(key);
        var first = await WatchResourceAsync(await OpenAsync(era, "up"), "test://one", "up");
        var stranger = await RawClient.OpenAsync(http, Gateway.Mcp("up"), era, Cancellation);
        var second = await WatchResourceAsync(stranger, "test://two", "up", http);
        await WatchingAsync(upstream, server, "test://one");
        await WatchingAsync(upstream, server, "test://two");
        if (server == Era.Legacy)
        {
            await upstream.WaitUntilAsync(open => open is { OpenSessions: 3, OpenStreams: 3 }, "each principal has a session", Cancellation);
        }

        for (var i = 0; i < 50; i++)
        {
            await upstream.PushAsync(Updated, """{"uri":"test://one"}""");
            await upstream.PushAsync(Updated, """{"uri":"test://two"}""");
            await first.ExpectAsync("test://one", Cancellation);
            await second.ExpectAsync("test://two", Cancellation);
        }
    }

    /// <summary>The server forgets its sessions, or ends the subscription: the client hears of its resource once more.</summary>
    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Gap_SessionOrSubscriptionLost_IsWatchedAgainAndToldOnce(Era era, Era server)
    {
        var upstream = await AddUpstreamAsync(server);
        var client = await OpenAsync(era, "up");
        var stream = await WatchResourceAsync(client, "test://one", "up");
        await WatchingAsync(upstream, server, "test://one");
        upstream.ExpireSessions();
        await NextUpdateAsync(stream, static _ => true);
        if (server == Era.Legacy)
        {
            await upstream.Requests.WaitAsync("resources/subscribe", Cancellation, nth: 2);
        }

        await WatchingAsync(upstream, server, "test://one");
        await upstream.PushAsync(Updated, """{"uri":"test://one","again":true}""");
        Assert.True((await NextUpdateAsync(stream, static told => told.TryGetProperty("again", out _))).GetProperty("params").GetProperty("again").GetBoolean());
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Watch_WhatTheServerDoesNotAllow_IsNotPromised(Era era, Era server)
    {
        var upstream = await AddUpstreamAsync(server);
        upstream.On("resources/subscribe", exchange => exchange.ErrorAsync(-32602, "Not this one"));
        upstream.On("subscriptions/listen", exchange => exchange.ErrorAsync(-32602, "Not this one"));
        var client = await OpenAsync(era, "up");
        if (era == Era.Modern)
        {
            await using var stream = await OpenStream.ListenAsync(Gateway.Http, Gateway.Mcp("up"), client, """{"resourceSubscriptions":["test://one"]}""", Cancellation, expected: "{}");
        }
        else
        {
            var answer = await client.CallAsync("resources/subscribe", Cancellation, "\"uri\":\"test://one\"");
            Assert.Equal(-32602, answer.Error.GetProperty("code").GetInt32());
            Assert.Equal(server == Era.Legacy, answer.Error.GetProperty("message").ValueEquals("Not this one"));
        }
    }

    [Fact]
    public async Task Subscribe_UnknownResourceOnTheMergedEndpoint_IsNotFound()
    {
        await AddUpstreamAsync(Era.Legacy);
        var client = await OpenAsync(Era.Legacy);
        var answer = await client.CallAsync("resources/subscribe", Cancellation, "\"uri\":\"other://x\"");
        Assert.Equal("unknown_resource", answer.Reason);

        var modern = await OpenAsync(Era.Modern);
        await using var stream = await OpenStream.ListenAsync(
            Gateway.Http, Gateway.Mcp(), modern, """{"resourceSubscriptions":["other://x","test://one"]}""", Cancellation, expected: """{"resourceSubscriptions":["test://one"]}""");
    }

    private static async Task<System.Text.Json.JsonElement> NextUpdateAsync(OpenStream stream, Func<System.Text.Json.JsonElement, bool> fits)
    {
        while (true)
        {
            // A gap may be told twice, as of the stream and as of the session, and lists with it.
            var message = await stream.NextAsync(Cancellation);
            if (message.GetProperty("method").ValueEquals(Updated) && fits(message.GetProperty("params")))
            {
                return message;
            }
        }
    }

    private static async Task EndAsync(RawClient client, OpenStream stream)
    {
        if (client.Era == Era.Legacy)
        {
            await client.CallAsync("resources/unsubscribe", Cancellation, "\"uri\":\"test://one\"");
        }

        await stream.DisposeAsync();
    }

    /// <summary>Waits until the server was asked for the resource and has a stream to tell of it.</summary>
    private static async Task WatchingAsync(ScriptedUpstream upstream, Era era, string uri)
    {
        var method = era == Era.Modern ? "subscriptions/listen" : "resources/subscribe";
        await upstream.Requests.WaitAsync(request => request.Method == method && request.Params.GetRawText().Contains(uri, StringComparison.Ordinal), $"{uri} is watched", Cancellation);
        await upstream.WaitUntilAsync(open => open.OpenStreams >= 2, "it can be told", Cancellation);
    }
}
