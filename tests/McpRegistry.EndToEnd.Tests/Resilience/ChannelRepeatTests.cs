using System.Collections.Concurrent;
using System.Net.WebSockets;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Processes;
using McpRegistry.TestSupport.Upstreams;
using McpRegistry.TestSupport.WebSockets;

namespace McpRegistry.EndToEnd.Tests.Resilience;

/// <summary>Calls over sockets and pipes that end under them: a tool without hints is never run twice, whoever else could run it.</summary>
[Collection(NodeCollection.Name)]
public sealed class ChannelRepeatTests : EndToEndTest
{
    private const int CallCount = 6;
    private readonly ConcurrentDictionary<string, int> _runs = new(StringComparer.Ordinal);

    public static TheoryData<Era, Era, bool> Sockets => new()
    {
        { Era.Modern, Era.Modern, false },
        { Era.Modern, Era.Modern, true },
        { Era.Legacy, Era.Legacy, false },
        { Era.Legacy, Era.Legacy, true },
        { Era.Modern, Era.Legacy, false },
        { Era.Legacy, Era.Modern, true },
    };

    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Balancing:SlowStart"] = "00:00:00",
            ["Balancing:HealthMinCalls"] = "10000",
            ["Resilience:CircuitBreaker:Enabled"] = "false",
            ["Resilience:Retry:MinPerSecond"] = "1000",
        },
    };

    /// <summary>The server runs each call, and the socket ends before its answer, or in the middle of it.</summary>
    [Theory]
    [MemberData(nameof(Sockets))]
    public async Task SocketEndsUnderACall_ToolWithoutHints_IsNeverRunTwice(Era clientEra, Era serverEra, bool halfAnswered)
    {
        WebSocketUpstream[] pair = [await StartAsync(serverEra, halfAnswered), await StartAsync(serverEra, halfAnswered)];
        await Gateway.Registry.RegisterAsync(
            $$"""{"name":"b","alias":"b","isolation":"shared","endpoints":[{"url":"{{pair[0].Url}}"},{"url":"{{pair[1].Url}}"}]}""", Cancellation);
        await Gateway.Registry.WaitAsync("b", "healthy", Cancellation);

        var answers = await CallAllAsync(clientEra, "b__work", "id");

        Assert.NotEmpty(_runs);
        Assert.All(_runs, static run => Assert.True(run.Value == 1, $"{run.Key} ran {run.Value} times"));
        Assert.All(answers, static answer => Assert.DoesNotContain("\"result\"", answer.Body, StringComparison.Ordinal));

        // Once both sockets are gone, the rest is sent to nobody, and the client is told that too.
        Assert.Equal(answers.Select((_, i) => _runs.ContainsKey($"call-{i}")), answers.Select(static answer => !Retryable(answer)));
    }

    /// <summary>The socket ends before a call is sent, or with nothing or half of it at the server, which therefore has not run it. The gateway cannot know that.</summary>
    [Theory]
    [InlineData(Era.Modern, CutPoint.BeforeSend)]
    [InlineData(Era.Modern, CutPoint.Lost)]
    [InlineData(Era.Modern, CutPoint.HalfSent)]
    [InlineData(Era.Legacy, CutPoint.BeforeSend)]
    [InlineData(Era.Legacy, CutPoint.Lost)]
    [InlineData(Era.Legacy, CutPoint.HalfSent)]
    public async Task SocketEndsBeforeACallArrives_ToolWithoutHints_IsNeverRunTwice(Era era, CutPoint point)
    {
        WebSocketUpstream[] pair = [await StartAsync(era), await StartAsync(era)];
        await using var cutter = new CallCutter(pair[0].Url) { MinCallBytes = 2_000 };
        await Gateway.Registry.RegisterAsync(
            $$"""{"name":"b","alias":"b","isolation":"shared","endpoints":[{"url":"{{cutter.Url}}"},{"url":"{{pair[1].Url}}"}]}""", Cancellation);
        await Gateway.Registry.WaitAsync("b", "healthy", Cancellation);
        await Gateway.Registry.WaitForEndpointsAsync("b", Cancellation);

        if (point == CutPoint.BeforeSend)
        {
            cutter.Stop();
            await Gateway.Registry.WaitAsync("b", "degraded", Cancellation);
        }
        else
        {
            cutter.Point = point;
        }

        // Nothing else that the gateway sends is as long; the frames of a client cannot be read.
        var answers = await CallAllAsync(era, "b__work", "id", $",\"padding\":\"{new string('x', 4_000)}\"");

        Assert.All(_runs, static run => Assert.True(run.Value == 1, $"{run.Key} ran {run.Value} times"));
        var answered = answers.Select(static answer => answer.Body.Contains("\"result\"", StringComparison.Ordinal)).ToArray();
        Assert.Equal(answered, Enumerable.Range(0, CallCount).Select(i => _runs.ContainsKey($"call-{i}")));
        Assert.Equal(point == CutPoint.BeforeSend ? (0, 0) : (1, 1), (cutter.Cuts, answered.Count(static one => !one)));
        Assert.All(answers.Where((_, i) => !answered[i]), static answer => Assert.False(Retryable(answer)));
    }

    [Theory]
    [InlineData("exit-on-call", 0)]
    [InlineData("exit-in-answer", 0)]
    [InlineData("exit-in-call", 0)]

    // More than a pipe takes, so that the process ends while the call is still being written.
    [InlineData("exit-in-call", 1_000_000)]
    public async Task ProcessDiesUnderACall_ToolWithoutHints_IsNeverRunTwice(string mode, int size)
    {
        var file = Path.Combine(Path.GetTempPath(), $"mcp-e2e-{Guid.CreateVersion7():N}.log");
        var settings = Enumerable.Range(0, 2).SelectMany(i => new KeyValuePair<string, string?>[]
        {
            new($"Servers:b:Endpoints:{i}:Command", "node"),
            new($"Servers:b:Endpoints:{i}:Arguments:0", NodeServers.Misbehaving),
            new($"Servers:b:Endpoints:{i}:Arguments:1", mode),
            new($"Servers:b:Endpoints:{i}:Arguments:2", file),
            new($"Servers:b:Endpoints:{i}:Arguments:3", $"{i}"),
        }).Append(new("Servers:b:Isolation", "shared"));
        await using var host = await GatewayHost.StartAsync(Cancellation, new GatewaySetup { Settings = settings.ToDictionary(StringComparer.Ordinal) });
        await host.Registry.WaitAsync("b", "healthy", Cancellation);
        var client = await RawClient.OpenAsync(host.Http, host.Mcp(), Era.Modern, Cancellation);
        for (var i = 0; i < CallCount; i++)
        {
            Assert.DoesNotContain("\"result\"", (await client.CallToolAsync("b__echo", Cancellation, $$"""{"text":"call-{{i}} {{new string('x', size)}}"}""")).Body, StringComparison.Ordinal);
        }

        var runs = await File.ReadAllLinesAsync(file, Cancellation);
        Assert.NotEmpty(runs);
        Assert.Equal(runs.Distinct(StringComparer.Ordinal), runs);
        File.Delete(file);
    }

    private static bool Retryable(McpAnswer answer) => answer.Error.GetProperty("data").GetProperty("retryable").GetBoolean();

    private async Task<List<McpAnswer>> CallAllAsync(Era era, string tool, string argument, string more = "")
    {
        var answers = new List<McpAnswer>();
        var client = await OpenAsync(era);
        for (var i = 0; i < CallCount; i++)
        {
            answers.Add(await client.CallToolAsync(tool, Cancellation, $$"""{"{{argument}}":"call-{{i}}"{{more}}}"""));
        }

        return answers;
    }

    /// <param name="era">What it speaks.</param>
    /// <param name="halfAnswered">Whether its socket ends in the middle of the answer to a call, and not before it; null for neither.</param>
    private async Task<WebSocketUpstream> StartAsync(Era era, bool? halfAnswered = null)
    {
        var upstream = Own(await WebSocketUpstream.StartAsync(era == Era.Modern ? UpstreamOptions.Modern : UpstreamOptions.Legacy, Cancellation));
        upstream.On("tools/list", exchange => exchange.ResultAsync(ScriptedServers.Complete(era, """{"tools":[{"name":"work","inputSchema":{"type":"object"}}]}""")));
        upstream.On("tools/call", async exchange =>
        {
            _runs.AddOrUpdate(exchange.Request.Params.GetProperty("arguments").GetProperty("id").GetString()!, 1, static (_, count) => count + 1);
            if (halfAnswered is null)
            {
                await exchange.ResultAsync(ScriptedServers.Complete(era, """{"content":[]}"""));
                return;
            }

            if (halfAnswered == true)
            {
                await exchange.Peer.SendFramesAsync(WebSocketMessageType.Text, [.. "{\"jsonrpc\":\"2.0\",\"id\":"u8]);
            }

            exchange.Peer.Abort();
        });
        return upstream;
    }
}
