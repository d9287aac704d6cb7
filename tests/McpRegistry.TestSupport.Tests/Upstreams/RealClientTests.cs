using System.Text.Json;
using McpRegistry.TestSupport.Processes;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.TestSupport.Tests.Upstreams;

/// <summary>Foreign clients accept what the scripted upstream says, so it says what the protocol asks.</summary>
public sealed class RealClientTests
{
    private const string Tools = """[{"name":"a","inputSchema":{"type":"object"}}]""";
    private const string MoreTools = """[{"name":"b","inputSchema":{"type":"object"}}]""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Modern_AutoClient_SeesAllPagesAndProgress()
    {
        await using var upstream = await StartAsync(UpstreamOptions.Modern, """{"resultType":"complete","content":[]}""");
        await AssertSessionAsync(NodeClient.Auto, upstream, "2026-07-28");
        Assert.Equal(0, upstream.OpenSessions);
    }

    [Theory]
    [InlineData(NodeClient.Auto)]
    [InlineData(NodeClient.Legacy)]
    public async Task Legacy_EitherClient_SeesAllPagesAndProgress(string client)
    {
        await using var upstream = await StartAsync(UpstreamOptions.Legacy, """{"content":[]}""");
        await AssertSessionAsync(client, upstream, "2025-11-25");
        Assert.All(upstream.Requests.Of("tools/call"), request => Assert.NotNull(request.SessionId));
    }

    [Fact]
    public async Task LegacyWithoutSessions_LegacyClient_SendsNoSession()
    {
        await using var upstream = await StartAsync(UpstreamOptions.Legacy with { UsesSessions = false }, """{"content":[]}""");
        await AssertSessionAsync(NodeClient.Legacy, upstream, "2025-11-25");
        Assert.All(upstream.Requests.All, request => Assert.Null(request.SessionId));
    }

    [Fact]
    public async Task Legacy_ClientCancels_NotificationNamesTheCall()
    {
        await using var upstream = await StartAsync(UpstreamOptions.Legacy, "{}");
        upstream.On("tools/call", Answers.Never);
        var document = await NodeClient.RunAsync(NodeClient.Legacy, upstream.Url, null, Cancellation, "--cancel-after", "500", "--call", "a", "{}");
        Assert.True(document.GetProperty("cancelled").GetBoolean());
        var call = await upstream.Requests.WaitAsync("tools/call", Cancellation);
        var notification = await upstream.Requests.WaitAsync("notifications/cancelled", Cancellation);
        Assert.Equal(call.Id, notification.Params.GetProperty("requestId").GetRawText());
    }

    [Fact]
    public async Task Modern_ClientCancels_CallIsAborted()
    {
        await using var upstream = await StartAsync(UpstreamOptions.Modern, "{}");
        upstream.On("tools/call", Answers.NeverAfterHeaders);
        await NodeClient.RunAsync(NodeClient.Auto, upstream.Url, null, Cancellation, "--cancel-after", "500", "--call", "a", "{}");
        await upstream.Requests.WaitForAbortAsync("tools/call", Cancellation);
    }

    [Fact]
    public async Task Legacy_ServerAsks_ClientAnswersWithAPost()
    {
        await using var upstream = await StartAsync(UpstreamOptions.Legacy, "{}");
        upstream.On("tools/call", async exchange =>
        {
            await exchange.AskAsync("\"ask-1\"", "ping", "{}");
            await upstream.Requests.WaitAsync(request => request.Id is "\"ask-1\"", "the client answers", exchange.Ended);
            await exchange.ResultAsync("""{"content":[]}""");
        });
        var document = await NodeClient.RunAsync(NodeClient.Legacy, upstream.Url, null, Cancellation, "--call", "a", "{}");
        Assert.False(document.GetProperty("cancelled").GetBoolean());
    }

    [Fact]
    public async Task Inspector_CommandLine_ListsTools()
    {
        await using var upstream = await StartAsync(UpstreamOptions.Legacy, "{}");
        var result = await NodeClient.InspectAsync(upstream.Url, "secret", "tools/list", Cancellation);
        Assert.Equal("a", result.GetProperty("tools")[0].GetProperty("name").GetString());
        Assert.All(upstream.Requests.Of("tools/list"), request => Assert.Equal("Bearer secret", request.Headers["Authorization"]));
    }

    private static async Task<ScriptedUpstream> StartAsync(UpstreamOptions options, string result)
    {
        var upstream = await ScriptedUpstream.StartAsync(options with { Capabilities = """{"tools":{}}""" }, Cancellation);
        return upstream.On("tools/list", ListAnswers.Pages("tools", Tools, MoreTools)).On("tools/call", Answers.WithProgress(2, result));
    }

    private static async Task AssertSessionAsync(string client, ScriptedUpstream upstream, string version)
    {
        var document = await NodeClient.RunAsync(client, upstream.Url, null, Cancellation, "--progress", "--call", "a", "{}");
        Assert.Equal(version, document.GetProperty("protocolVersion").GetString());
        Assert.Equal("""["a","b"]""", document.GetProperty("tools").GetRawText());
        Assert.Equal(2, document.GetProperty("progress").GetArrayLength());
        Assert.Equal(JsonValueKind.Array, document.GetProperty("call").GetProperty("content").ValueKind);
    }
}
