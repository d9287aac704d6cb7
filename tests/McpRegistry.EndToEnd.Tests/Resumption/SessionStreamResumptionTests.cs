using System.Net;
using System.Text;
using McpRegistry.EndToEnd.Tests.Bridging;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Resumption;

/// <summary>The stream of what belongs to no request breaks and goes on.</summary>
public sealed class SessionStreamResumptionTests : ResumptionTest
{
    private protected override GatewaySetup Setup => base.Setup with
    {
        Settings = new Dictionary<string, string?>(base.Setup.Settings, StringComparer.Ordinal) { ["EventBuffer:MaxEventsPerSession"] = "4" },
    };

    [Fact]
    public async Task Cut_ThenResumed_EverythingComesOnce()
    {
        var (upstream, client) = await OpenAsync();
        var stream = await ListenAsync(client, null, alias: "up");
        await HeardAsync(upstream);
        await PushAsync(upstream, "one", "two");
        var one = await ThingAsync(stream);
        Assert.Equal("two", await TextAsync(stream));
        await stream.DisposeAsync();

        // "two" came in vain, as far as this client tells.
        var back = await ListenAsync(client, one.Id, alias: "up");
        Assert.Equal("two", await TextAsync(back));
        await HeardAsync(upstream);
        await PushAsync(upstream, "three");
        Assert.Equal("three", await TextAsync(back));
    }

    /// <summary>A request that is answered at once has no stream, and its end is not that of the session's own one.</summary>
    [Theory]
    [InlineData(RawClient.LegacyVersion, "ping")]
    [InlineData("2025-06-18", "ping")]
    [InlineData("2025-06-18", "tools/call")]
    public async Task Resume_RequestAnsweredWithoutAStreamBefore_EverythingComes(string revision, string method)
    {
        var (upstream, client) = await OpenAsync(revision);
        var stream = await ListenAsync(client, null, alias: "up");
        await HeardAsync(upstream);
        await PushAsync(upstream, "one", "two");
        var one = await ThingAsync(stream);
        Assert.Equal("two", await TextAsync(stream));
        Assert.Equal(HttpStatusCode.OK, (await client.CallAsync(method, Cancellation, "\"name\":\"work\",\"arguments\":{}")).Status);
        await stream.DisposeAsync();

        var back = await ListenAsync(client, one.Id, alias: "up");
        Assert.Equal(HttpStatusCode.OK, back.Status);
        Assert.Equal("two", await TextAsync(back));
    }

    [Fact]
    public async Task Listen_WhileAnotherSeemsAlive_TakesItsPlace()
    {
        var (upstream, client) = await OpenAsync();
        var first = await ListenAsync(client, null, alias: "up");
        await HeardAsync(upstream);
        await PushAsync(upstream, "one");
        var one = await ThingAsync(first);
        var second = await ListenAsync(client, one.Id, alias: "up");
        Assert.Empty(await first.RestAsync(Cancellation));
        var third = await ListenAsync(client, null, alias: "up");
        Assert.Empty(await second.RestAsync(Cancellation));
        await HeardAsync(upstream);
        await PushAsync(upstream, "two");
        Assert.Equal("two", await TextAsync(third));
    }

    /// <summary>What the client missed is gone: it reads again what it watches, rather than never hear of it.</summary>
    [Fact]
    public async Task Resume_EventsAreGone_IsToldOfEverything()
    {
        var (upstream, client) = await OpenAsync();
        var stream = await ListenAsync(client, null, alias: "up");
        await HeardAsync(upstream);
        await client.CallAsync("resources/subscribe", Cancellation, "\"uri\":\"test://one\"");
        await PushAsync(upstream, "0", "1", "2", "3", "4", "5", "6");
        var first = await ThingAsync(stream);
        while (await TextAsync(stream) != "6")
        {
        }

        await stream.DisposeAsync();
        var back = await ListenAsync(client, first.Id, alias: "up");
        var methods = new List<string>();
        string[] expected =
            ["notifications/prompts/list_changed", "notifications/resources/list_changed", "notifications/resources/updated", "notifications/tools/list_changed"];
        while (!expected.All(methods.Contains))
        {
            methods.Add((await back.MessageAsync(Cancellation)).Message.GetProperty("method").GetString()!);
        }

        // The rest of what was kept comes first.
        Assert.Contains("notifications/vendor/thing", methods);
    }

    [Fact]
    public async Task Question_ConnectionCutBeforeItCame_IsAskedOnTheNext()
    {
        var (upstream, client) = await OpenAsync();
        var stream = await ListenAsync(client, null, alias: "up");
        var priming = await stream.NextAsync(Cancellation);
        await HeardAsync(upstream);
        await upstream.AskAsync("5", "roots/list");
        await stream.MessageAsync(Cancellation);
        await stream.DisposeAsync();
        var back = await ListenAsync(client, priming.Id, alias: "up");
        var question = await back.MessageAsync(Cancellation);
        await client.RespondAsync(question.Message, Question.Roots.Answer, Cancellation);
        await upstream.Requests.WaitAsync(
            request => request.Id == "5" && request.Method.Length == 0 && Encoding.UTF8.GetString(request.Body.Span).Contains("file:///home", StringComparison.Ordinal), "the answer arrives", Cancellation);
    }

    [Fact]
    public async Task Delete_OpenStream_Ends()
    {
        var (_, client) = await OpenAsync();
        var stream = await ListenAsync(client, null, alias: "up");
        var priming = await stream.NextAsync(Cancellation);
        await client.EndAsync(Cancellation);
        Assert.Empty(await stream.RestAsync(Cancellation));
        Assert.Equal(HttpStatusCode.NotFound, (await ListenAsync(client, priming.Id, alias: "up")).Status);
    }

    private async Task<(ScriptedUpstream Upstream, RawClient Client)> OpenAsync(string revision = Revision)
    {
        var upstream = await AddUpstreamAsync(Era.Legacy);
        return (upstream, await ClientAsync(revision, capabilities: """{"roots":{}}""", alias: "up"));
    }

    private static Task HeardAsync(ScriptedUpstream upstream) =>
        upstream.WaitUntilAsync(open => open.OpenStreams == 2, "the client's own session is heard", Cancellation);

    private static async Task PushAsync(ScriptedUpstream upstream, params string[] texts)
    {
        foreach (var text in texts)
        {
            await upstream.PushAsync("notifications/vendor/thing", $$"""{"text":"{{text}}"}""");
        }
    }

    /// <summary>Changes of lists come too, when the gateway opens its own streams anew.</summary>
    private static async Task<string> TextAsync(EventReader stream) =>
        (await ThingAsync(stream)).Message.GetProperty("params").GetProperty("text").GetString()!;

    private static async Task<StreamEvent> ThingAsync(EventReader stream)
    {
        while (true)
        {
            var next = await stream.MessageAsync(Cancellation);
            if (next.Message.GetProperty("method").ValueEquals("notifications/vendor/thing"))
            {
                return next;
            }
        }
    }
}
