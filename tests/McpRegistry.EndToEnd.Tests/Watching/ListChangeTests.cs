using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;
using McpRegistry.Watching;

namespace McpRegistry.EndToEnd.Tests.Watching;

/// <summary>Clients of both eras hear when lists change, whichever era the server speaks.</summary>
public sealed class ListChangeTests : WatchTest
{
    [Theory]
    [MemberData(nameof(Wirings))]
    public async Task ListChanged_AnnouncedByTheServer_ReachesTheClientAfterTheCatalogueWasRead(Era era, Era server, string? alias)
    {
        var upstream = await AddUpstreamAsync(server);
        var client = await OpenAsync(era, alias);
        var stream = await WatchAsync(client, alias: alias);
        upstream.On("prompts/list", ListAnswers.Page("prompts", """[{"name":"ask"},{"name":"fresh"}]"""));
        await upstream.PushAsync("notifications/prompts/list_changed");

        await stream.ExpectAsync("prompts/list_changed", Cancellation);
        var prompts = await client.CallAsync("prompts/list", Cancellation);
        Assert.Equal(2, prompts.Result.GetProperty("prompts").GetArrayLength());
    }

    [Fact]
    public async Task ListChanged_ToAModernClient_IsTaggedAndOnlyOfTheKindsThatItAskedFor()
    {
        var upstream = await AddUpstreamAsync(Era.Modern);
        var client = await OpenAsync(Era.Modern);
        await using var stream = await OpenStream.ListenAsync(Gateway.Http, Gateway.Mcp(), client, """{"toolsListChanged":true}""", Cancellation, id: "77");
        await upstream.PushAsync("notifications/prompts/list_changed");
        await upstream.PushAsync("notifications/tools/list_changed");

        var heard = await stream.NextAsync(Cancellation);
        Assert.Equal("""{"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":77}}}""", heard.GetRawText());
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task ServerComesAndGoes_OnTheMergedEndpoint_IsAChangeOfItsLists(Era era)
    {
        var client = await OpenAsync(era);
        var stream = await WatchAsync(client);
        var upstream = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        var registered = await Gateway.Registry.AddAsync("late", upstream.Url, Cancellation);
        await ExpectAllAsync(stream);

        await Gateway.Registry.DeleteAsync(registered, Cancellation);
        await ExpectAllAsync(stream);
    }

    [Fact]
    public async Task SecondStreamOfASession_TakesThePlaceOfTheFirst_WhichEnds()
    {
        var upstream = await AddUpstreamAsync(Era.Legacy);
        var client = await OpenAsync(Era.Legacy);
        var first = await WatchAsync(client);
        var second = await WatchAsync(client);
        await upstream.PushAsync("notifications/tools/list_changed");

        await second.ExpectAsync("tools/list_changed", Cancellation);
        await first.ExpectEndAsync(Cancellation);
    }

    /// <summary>What changes while a legacy client has no stream waits for its next one.</summary>
    [Fact]
    public async Task StreamOpenedAgain_ChangeMeanwhile_IsToldThen()
    {
        var upstream = await AddUpstreamAsync(Era.Legacy);
        var client = await OpenAsync(Era.Legacy, "up");
        await using (var first = await OpenStream.GetAsync(Gateway.Http, Gateway.Mcp("up"), client, Cancellation))
        {
            await upstream.PushAsync("notifications/tools/list_changed");
            await first.ExpectAsync("tools/list_changed", Cancellation);
        }

        // Else it is told to a connection that nobody reads any more.
        await WaitAsync(() => Gateway.Get<SessionFeeds>().OpenStreams == 0, "the stream has ended");
        upstream.On("prompts/list", ListAnswers.Page("prompts", "[]"));
        await upstream.PushAsync("notifications/prompts/list_changed");
        await Gateway.Registry.RefreshAsync("up", Cancellation);
        var second = await WatchAsync(client, alias: "up");

        // The first change is announced to the gateway and to the client's own session, and may be told once for each.
        await second.FindAsync("notifications/prompts/list_changed", Cancellation);
    }

    /// <summary>A server that keeps sessions may show this client another list than it shows the gateway.</summary>
    [Theory]
    [MemberData(nameof(Eras))]
    public async Task SingleEndpoint_LegacyServer_OpensTheClientsOwnSessionAndHearsIt(Era era)
    {
        var upstream = await AddUpstreamAsync(Era.Legacy);
        var client = await OpenAsync(era, "up");
        var stream = await WatchAsync(client, alias: "up");
        await upstream.WaitUntilAsync(open => open is { OpenSessions: 2, OpenStreams: 2 }, "the client's own session is heard", Cancellation);
        await stream.DisposeAsync();
        Assert.Equal(2, upstream.OpenSessions);
    }

    private static async Task ExpectAllAsync(OpenStream stream)
    {
        var heard = new HashSet<string?>(StringComparer.Ordinal);
        while (heard.Count < 3)
        {
            heard.Add((await stream.NextAsync(Cancellation)).GetProperty("method").GetString());
        }
    }
}
