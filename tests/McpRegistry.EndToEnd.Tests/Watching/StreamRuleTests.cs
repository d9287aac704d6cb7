using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.Snapshots;
using McpRegistry.TestSupport.Upstreams;
using McpRegistry.Watching;
using Microsoft.Extensions.Hosting;

namespace McpRegistry.EndToEnd.Tests.Watching;

/// <summary>How subscriptions are opened, bounded and ended.</summary>
public sealed class StreamRuleTests : WatchTest
{
    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Gateway:ChangeDebounce"] = "00:00:00.05",
            ["Gateway:KeepAliveInterval"] = "00:00:00.2",
            ["Gateway:MaxStreamsPerCaller"] = "2",
            ["Gateway:MaxStreams"] = "3",
            ["Gateway:MaxUrisPerSubscription"] = "2",
        },
    };

    [Fact]
    public async Task Listen_WithoutAnEventStream_IsRefused()
    {
        var client = await OpenAsync(Era.Modern);
        var body = client.Write("1", "subscriptions/listen", $"\"notifications\":{Lists}");
        using var request = new HttpRequestMessage(HttpMethod.Post, Gateway.Mcp()) { Content = new StringContent(body, null, "application/json") };
        request.Headers.Accept.ParseAdd("application/json");
        foreach (var (name, value) in client.Headers("subscriptions/listen", body))
        {
            request.Headers.Add(name, value);
        }

        using var response = await Gateway.Http.SendAsync(request, Cancellation);
        var answer = await McpAnswer.ReadAsync(response, Cancellation);
        Assert.Equal((HttpStatusCode.NotAcceptable, "accept", "1"), (answer.Status, answer.Reason, answer.Id));
    }

    [Theory]
    [InlineData("", "invalid_params")]
    [InlineData("\"notifications\":{\"toolsListChanged\":\"yes\"}", "invalid_params")]
    [InlineData("\"notifications\":{\"resourceSubscriptions\":[\"a:1\",\"a:2\",\"a:3\"]}", "too_many_resources")]
    public async Task Listen_BadFilter_IsRefused(string members, string reason)
    {
        var answer = await (await OpenAsync(Era.Modern)).CallAsync("subscriptions/listen", Cancellation, members);
        Assert.Equal((reason, -32602), (answer.Reason, answer.Error.GetProperty("code").GetInt32()));
    }

    [Fact]
    public async Task Listen_MoreThanAllowed_IsRefusedUntilOneEnds()
    {
        var client = await OpenAsync(Era.Modern);
        var first = await WatchAsync(client);
        await WatchAsync(client);
        var refused = await client.CallAsync("subscriptions/listen", Cancellation, $"\"notifications\":{Lists}");
        Assert.Equal((HttpStatusCode.TooManyRequests, "too_many_streams", -32603), (refused.Status, refused.Reason, refused.Error.GetProperty("code").GetInt32()));
        Assert.Equal(TimeSpan.FromSeconds(10), refused.Headers.RetryAfter?.Delta);

        using var http = Gateway.CreateHttp(await Gateway.AddKeyAsync("second", ApiKeyScope.Proxy, Cancellation));
        var stranger = await RawClient.OpenAsync(http, Gateway.Mcp(), Era.Modern, Cancellation);
        await WatchAsync(stranger, http: http);
        Assert.Equal("too_many_streams", (await stranger.CallAsync("subscriptions/listen", Cancellation, $"\"notifications\":{Lists}")).Reason);

        await first.DisposeAsync();
        await WaitAsync(() => Gateway.Get<StreamQuota>().Count == 2, "the stream has ended");
        await WatchAsync(client);
    }

    [Fact]
    public async Task Streams_SeveralOfOneClient_AreToldApart()
    {
        var upstream = await AddUpstreamAsync(Era.Modern);
        var client = await OpenAsync(Era.Modern);
        await using var tools = await OpenStream.ListenAsync(Gateway.Http, Gateway.Mcp(), client, """{"toolsListChanged":true}""", Cancellation, id: "1");
        await using var prompts = await OpenStream.ListenAsync(Gateway.Http, Gateway.Mcp(), client, """{"promptsListChanged":true}""", Cancellation, id: "\"1\"");
        await upstream.PushAsync("notifications/tools/list_changed");
        await upstream.PushAsync("notifications/prompts/list_changed");

        Assert.Equal("1", OpenStream.Tag(await tools.FindAsync("notifications/tools/list_changed", Cancellation)));
        Assert.Equal("\"1\"", OpenStream.Tag(await prompts.FindAsync("notifications/prompts/list_changed", Cancellation)));
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Shutdown_OpenStreams_EndInOrder(Era era)
    {
        var client = await OpenAsync(era);
        var stream = await WatchAsync(client);
        Gateway.Get<IHostApplicationLifetime>().StopApplication();
        if (era == Era.Modern)
        {
            Assert.Equal(
                """{"jsonrpc":"2.0","id":"listen","result":{"resultType":"complete","_meta":{"io.modelcontextprotocol/subscriptionId":"listen"}}}""",
                (await stream.NextAsync(Cancellation)).GetRawText());
        }

        await stream.ExpectEndAsync(Cancellation);
    }

    /// <summary>A single server promises what it declares; the merged endpoint watches the lists itself.</summary>
    [Fact]
    public async Task Listen_ServerThatAnnouncesNothing_IsNotPromised()
    {
        var upstream = Own(await ScriptedUpstream.StartAsync(UpstreamOptions.Modern with { Capabilities = """{"tools":{}}""" }, Cancellation));
        upstream.On("tools/list", ListAnswers.Page("tools", "[]"));
        await Gateway.Registry.AddAsync("up", upstream.Url, Cancellation);
        var client = await OpenAsync(Era.Modern);
        await using var single = await OpenStream.ListenAsync(
            Gateway.Http, Gateway.Mcp("up"), client, """{"toolsListChanged":true,"resourceSubscriptions":["test://one"]}""", Cancellation, expected: "{}");
        await using var merged = await OpenStream.ListenAsync(Gateway.Http, Gateway.Mcp(), client, Lists, Cancellation);
    }

    /// <summary>A client that hangs up leaves nothing behind, here and at the server.</summary>
    [Theory]
    [MemberData(nameof(Eras))]
    public async Task ClientGone_ModernStream_LeavesNothing(Era server)
    {
        var upstream = await AddUpstreamAsync(server);
        var client = await OpenAsync(Era.Modern, "up");
        var stream = await WatchAsync(client, """{"toolsListChanged":true,"resourceSubscriptions":["test://one"]}""", "up");
        await upstream.WaitUntilAsync(open => open.OpenStreams == 2, "the resource is watched", Cancellation);
        await stream.DisposeAsync();
        await WaitAsync(() => Gateway.Get<StreamQuota>().Count == 0 && Gateway.Get<RegistrySnapshots>().Changes.Count == 0, "the stream has ended");
        if (server == Era.Modern)
        {
            await upstream.WaitUntilAsync(open => open.OpenStreams == 1, "the watch has ended at the server", Cancellation);
        }
        else
        {
            await upstream.Requests.WaitAsync("resources/unsubscribe", Cancellation);
        }
    }
}
