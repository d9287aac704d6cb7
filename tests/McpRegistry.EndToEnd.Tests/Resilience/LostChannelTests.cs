using System.Net;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Upstreams;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Processes;
using McpRegistry.TestSupport.Upstreams;
using McpRegistry.TestSupport.WebSockets;

namespace McpRegistry.EndToEnd.Tests.Resilience;

/// <summary>Sessions that end with their stream, socket or process: a client that is to know is told, whatever found the loss.</summary>
[Collection(NodeCollection.Name)]
public sealed class LostChannelTests : EndToEndTest
{
    private const string ReadOnlyTool = """{"name":"work","inputSchema":{"type":"object"},"annotations":{"readOnlyHint":true}}""";

    // Stands on the command line of the children, where this test finds them again.
    private readonly string _marker = $"marker-{Guid.CreateVersion7():N}";

    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Resilience:Servers:up:SessionLoss"] = "End",
            ["Resilience:Servers:other:SessionLoss"] = "End",
            ["Resilience:Servers:dying:SessionLoss"] = "End",
            ["Resilience:Servers:child:SessionLoss"] = "End",
            ["Servers:dying:Command"] = "node",
            ["Servers:dying:Arguments:0"] = NodeServers.Misbehaving,
            ["Servers:dying:Arguments:1"] = "exit-on-call",
            ["Servers:child:Command"] = "node",
            ["Servers:child:Arguments:0"] = NodeServers.Misbehaving,
            ["Servers:child:Arguments:1"] = "normal",
            ["Servers:child:Arguments:2"] = _marker,
        },
    };

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Call_SseSessionIsForgotten_ClientIsToldOnce(Era era)
    {
        var server = Own(await SseServer.StartAsync(Cancellation));
        await Gateway.Registry.AddAsync("up", server.Upstream.Url, Cancellation);
        var client = await OpenAsync(era);
        await AssertAnsweredAsync(client, "up__work");
        server.Forget();

        await AssertToldAsync(client, "up__work", retryable: true);

        await AssertAnsweredAsync(era == Era.Legacy ? await OpenAsync(era) : client, "up__work");
        Assert.Equal(3, server.Upstream.Requests.Of("tools/call").Count);
    }

    /// <summary>The tool says that it may be repeated, which does not bring back what was in the session.</summary>
    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Call_SocketEndsUnderIt_IsNotRepeatedInAnotherSession(Era era)
    {
        var upstream = Own(await WebSocketUpstream.StartAsync(UpstreamOptions.Legacy, Cancellation));
        var (calls, cuts) = (0, false);
        upstream.On("tools/list", exchange => exchange.ResultAsync($$"""{"tools":[{{ReadOnlyTool}}]}"""));
        upstream.On("tools/call", async exchange =>
        {
            Interlocked.Increment(ref calls);
            if (Volatile.Read(ref cuts))
            {
                exchange.Peer.Abort();
                return;
            }

            await exchange.ResultAsync("""{"content":[]}""");
        });
        await Gateway.Registry.AddAsync("up", upstream.Url, Cancellation);
        var client = await OpenAsync(era);
        await AssertAnsweredAsync(client, "up__work");
        Volatile.Write(ref cuts, true);

        await AssertToldAsync(client, "up__work", retryable: true);

        Volatile.Write(ref cuts, false);
        await AssertAnsweredAsync(era == Era.Legacy ? await OpenAsync(era) : client, "up__work");
        Assert.Equal(3, Volatile.Read(ref calls));
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Call_ProcessDiesUnderIt_ClientIsTold(Era era)
    {
        await Gateway.Registry.WaitAsync("dying", "healthy", Cancellation);

        // It may have run, and the tool has no hints.
        await AssertToldAsync(await OpenAsync(era), "dying__echo", retryable: false);
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Call_ProcessHasDiedMeanwhile_ClientIsToldOnce(Era era)
    {
        await Gateway.Registry.WaitAsync("child", "healthy", Cancellation);
        var watched = LocalProcesses.With(_marker);
        var client = await OpenAsync(era);
        await AssertAnsweredAsync(client, "child__echo");
        var own = LocalProcesses.With(_marker).Except(watched).ToArray();
        Assert.Single(own);
        LocalProcesses.Kill(own[0]);
        await LocalProcesses.WaitForEndAsync(own, Cancellation);

        await AssertToldAsync(client, "child__echo", retryable: null);

        await AssertAnsweredAsync(era == Era.Legacy ? await OpenAsync(era) : client, "child__echo");
    }

    /// <summary>What runs at other servers ends with the session, and nobody waits for its answer without end.</summary>
    [Fact]
    public async Task Call_AnotherCallMeetsTheLoss_IsAnsweredToo()
    {
        var other = Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation));
        var upstream = Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation));
        other.On("tools/call", Answers.Never);
        await Gateway.Registry.AddAsync("up", upstream.Url, Cancellation);
        await Gateway.Registry.AddAsync("other", other.Url, Cancellation);
        var client = await OpenAsync(Era.Legacy);
        await AssertAnsweredAsync(client, "up__work");
        var running = client.CallToolAsync("other__work", Cancellation);
        await other.WaitUntilAsync(static one => one.Requests.Of("tools/call").Count == 1, "the call runs", Cancellation);
        upstream.ExpireSessions();

        Assert.Equal(HttpStatusCode.NotFound, (await client.CallToolAsync("up__work", Cancellation)).Status);

        var ended = await running;
        Assert.Equal((HttpStatusCode.NotFound, "session_lost", false), (ended.Status, ended.Reason, ended.Error.GetProperty("data").GetProperty("retryable").GetBoolean()));
    }

    [Fact]
    public async Task Batch_AnotherCallMeetsTheLoss_IsAnsweredToo()
    {
        var other = Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation));
        var upstream = Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation));
        other.On("tools/call", Answers.Never);
        await Gateway.Registry.AddAsync("up", upstream.Url, Cancellation);
        await Gateway.Registry.AddAsync("other", other.Url, Cancellation);
        var client = await BatchClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Cancellation);
        Assert.Single(BatchClient.Answers(await client.SendAsync(Cancellation, BatchClient.Call("1", "up__work"))));
        var running = client.SendAsync(Cancellation, BatchClient.Call("2", "other__work"), BatchClient.Call("3", "other__work"));
        await other.WaitUntilAsync(static one => one.Requests.Of("tools/call").Count == 2, "the calls run", Cancellation);
        upstream.ExpireSessions();

        await client.SendAsync(Cancellation, BatchClient.Call("4", "up__work"));

        var answers = BatchClient.Answers(await running);
        Assert.Equal(["2", "3"], answers.Keys.Order(StringComparer.Ordinal));
        Assert.All(answers.Values, static answer => Assert.Equal("session_lost", BatchClient.Reason(answer)));
    }

    /// <summary>Nobody waits for the answer to what the client has ended itself.</summary>
    [Fact]
    public async Task Call_ClientEndsItsSession_IsNotAnswered()
    {
        var other = Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation));
        other.On("tools/call", Answers.Never);
        await Gateway.Registry.AddAsync("other", other.Url, Cancellation);
        var client = await OpenAsync(Era.Legacy);
        var running = client.CallToolAsync("other__work", Cancellation);
        await other.WaitUntilAsync(static one => one.Requests.Of("tools/call").Count == 1, "the call runs", Cancellation);

        using var ending = new HttpRequestMessage(HttpMethod.Delete, Gateway.Mcp());
        ending.Headers.Add("Mcp-Session-Id", client.SessionId);
        (await Gateway.Http.SendAsync(ending, Cancellation)).Dispose();

        Assert.Equal(HttpStatusCode.Accepted, (await running).Status);
    }

    private static async Task AssertAnsweredAsync(RawClient client, string tool) =>
        Assert.True((await client.CallToolAsync(tool, Cancellation, """{"text":"x"}""")).Result.TryGetProperty("content", out _));

    private static async Task AssertToldAsync(RawClient client, string tool, bool? retryable)
    {
        var told = await client.CallToolAsync(tool, Cancellation, """{"text":"x"}""");
        Assert.Equal((client.Era == Era.Legacy ? HttpStatusCode.NotFound : HttpStatusCode.OK, "session_lost"), (told.Status, told.Reason));
        if (client.Era == Era.Legacy)
        {
            Assert.Equal("unknown_session", (await client.CallToolAsync(tool, Cancellation)).Reason);
        }
        else if (retryable is { } expected)
        {
            Assert.Equal(expected, told.Error.GetProperty("data").GetProperty("retryable").GetBoolean());
        }
    }
}
