using System.Net;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Routing;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.Resilience;
using McpRegistry.Snapshots;
using McpRegistry.TestSupport;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Resilience;

/// <summary>A server gets so many calls at once; the others wait in order, or are refused at once.</summary>
public sealed class QueueTests : RoutingTest
{
    private const string Low = "\"io.github.mcpregistry/priority\":\"low\"";

    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Resilience:Servers:a:MaxConcurrent"] = "1",
            ["Resilience:Queue:MaxQueued"] = "2",
        },
    };

    [Theory]
    [InlineData(Era.Modern)]
    [InlineData(Era.Legacy)]
    public async Task BusyServer_GetsOneCallAtATime_AndWhatHasNoRoomIsRefusedAtOnce(Era era)
    {
        var (gate, order) = (new Gate(), new List<string>());
        var upstream = await AddTwinAsync("a", era);
        upstream.On("tools/call", Answers.After(gate, exchange =>
        {
            order.Add(exchange.Request.Params.GetProperty("arguments").GetProperty("id").GetString()!);
            return exchange.ResultAsync(ScriptedServers.Complete(era, """{"content":[]}"""));
        }));
        var client = await OpenAsync(Gateway.Http, era);
        var first = CallAsync(client, "first");
        await gate.WhenWaitingAsync(1, Cancellation);
        var low = CallAsync(client, "low", Low);
        await WhenWaitingAsync(1);
        using var gone = new CancellationTokenSource();
        var withdrawn = await OpenAsync(Gateway.CreateHttp(GatewayHost.AdminKey), Era.Modern);
        var cancelled = withdrawn.CallToolAsync("a__work", gone.Token, """{"id":"cancelled"}""");
        await WhenWaitingAsync(2);

        var refused = await CallAsync(client, "refused", Low);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "overloaded", true), (refused.Status, refused.Reason, refused.Error.GetProperty("data").GetProperty("retryable").GetBoolean()));
        Assert.Equal(10_000, refused.Error.GetProperty("data").GetProperty("retryAfterMs").GetInt32());
        Assert.Equal(TimeSpan.FromSeconds(10), refused.Headers.RetryAfter?.Delta);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await WhenWaitingAsync(1);
        var normal = CallAsync(client, "normal");
        await WhenWaitingAsync(2);
        Assert.Single(upstream.Requests.Of("tools/call"));

        gate.Open();
        await Task.WhenAll(first, low, normal);
        Assert.Equal(["first", "normal", "low"], order);
    }

    /// <summary>Who waits for a server waits for it as it is by then, and those that run at it as it was still count.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(""","description":"other words" """)]
    public async Task ChangedServer_CallsThatWait_GoWhereItIsThen(string more)
    {
        var gate = new Gate();
        var (before, after) = (await AddTwinAsync("a"), await AddTwinAsync("elsewhere"));
        before.On("tools/call", Answers.After(gate, Answers.Result(ScriptedServers.Complete(Era.Modern, """{"content":[{"type":"text","text":"before"}]}"""))));
        var client = await OpenAsync(Gateway.Http, Era.Modern);
        var running = CallAsync(client, "running");
        await gate.WhenWaitingAsync(1, Cancellation);
        var waiting = CallAsync(client, "waiting");
        await WhenWaitingAsync(1);

        await ReplaceAsync($$"""{"name":"a","alias":"a","endpoints":[{"url":"{{before.Url}}","weight":0},{"url":"{{after.Url}}"}]{{more}}}""");
        await Gateway.Registry.WaitAsync("a", "healthy", Cancellation);
        Assert.Equal((1, 1), (GateOf("a").Running, GateOf("a").Waiting));
        gate.Open();

        Assert.Equal(("before", "elsewhere"), (Text(await running), Text(await waiting)));
        Assert.Equal((0, 0), (GateOf("a").Running, GateOf("a").Waiting));
    }

    [Fact]
    public async Task ChangedServer_NewBounds_HoldForThoseThatWait()
    {
        var gate = new Gate();
        var upstream = await AddTwinAsync("a");
        upstream.On("tools/call", Answers.After(gate, Answers.Result(ScriptedServers.Complete(Era.Modern, """{"content":[]}"""))));
        var client = await OpenAsync(Gateway.Http, Era.Modern);
        var running = CallAsync(client, "running");
        await gate.WhenWaitingAsync(1, Cancellation);
        var waiting = CallAsync(client, "waiting");
        await WhenWaitingAsync(1);

        await ReplaceAsync($$"""{"name":"a","alias":"wide","url":"{{upstream.Url}}"}""");

        await gate.WhenWaitingAsync(2, Cancellation);
        Assert.Equal((2, 0), (GateOf("wide").Running, GateOf("wide").Waiting));
        gate.Open();
        await Task.WhenAll(running, waiting);
    }

    /// <summary>Nothing at the server moves meanwhile: the place that they wait for stays taken until they have their answers.</summary>
    [Theory]
    [InlineData("maintenance", "maintenance")]
    [InlineData("disabled", "disabled")]
    [InlineData("deleted", "unreachable")]
    public async Task ServerIsTakenOut_CallsThatWait_AreToldSoAtOnce(string how, string reason)
    {
        var gate = new Gate();
        var upstream = await AddTwinAsync("a");
        upstream.On("tools/call", Answers.After(gate, Answers.Result(ScriptedServers.Complete(Era.Modern, """{"content":[]}"""))));
        var client = await OpenAsync(Gateway.Http, Era.Modern);
        var running = CallAsync(client, "running");
        await gate.WhenWaitingAsync(1, Cancellation);
        Task<McpAnswer>[] waiting = [CallAsync(client, "normal"), CallAsync(client, "low", Low)];
        await WhenWaitingAsync(2);

        await TakeOutAsync(how, upstream.Url);

        Assert.Equal([reason, reason], (await Task.WhenAll(waiting)).Select(static answer => answer.Reason));
        Assert.Single(upstream.Requests.Of("tools/call"));
        gate.Open();
        if (how == "maintenance")
        {
            Assert.Contains("\"result\"", (await running).Body, StringComparison.Ordinal);
        }
    }

    /// <summary>What a server was in the middle of has to end there, also when it waits for its turn.</summary>
    [Fact]
    public async Task ServerInMaintenance_AnswersToItsQuestions_GoOnWaiting()
    {
        var gate = new Gate();
        var upstream = await AddTwinAsync("a");
        upstream.On("tools/call", Answers.After(gate, Answers.Result(ScriptedServers.Complete(Era.Modern, """{"content":[{"type":"text","text":"done"}]}"""))));
        var client = await OpenAsync(Gateway.Http, Era.Modern);
        var running = CallAsync(client, "running");
        await gate.WhenWaitingAsync(1, Cancellation);
        var goingOn = client.CallAsync("tools/call", Cancellation, "\"name\":\"a__work\",\"arguments\":{},\"requestState\":\"s\",\"inputResponses\":{}");
        await WhenWaitingAsync(1);
        var other = CallAsync(client, "other");
        await WhenWaitingAsync(2);

        await TakeOutAsync("maintenance", upstream.Url);
        Assert.Equal("maintenance", (await other).Reason);
        gate.Open();

        Assert.Equal(("done", "done"), (Text(await running), Text(await goingOn)));
    }

    private async Task TakeOutAsync(string how, Uri url)
    {
        var id = (await Gateway.Registry.FindAsync("a", Cancellation)).GetProperty("id").GetGuid();
        if (how == "disabled")
        {
            await ReplaceAsync($$"""{"name":"a","alias":"a","url":"{{url}}","enabled":false}""");
            return;
        }

        var (status, body) = how == "deleted"
            ? await SendAsync(Gateway.Http, HttpMethod.Delete, $"/api/v1/servers/{id}")
            : await SendAsync(Gateway.Http, HttpMethod.Put, $"/api/v1/servers/{id}/maintenance");
        Assert.True(status is HttpStatusCode.OK or HttpStatusCode.NoContent, body);
    }

    private async Task ReplaceAsync(string definition)
    {
        var id = (await Gateway.Registry.FindAsync("a", Cancellation)).GetProperty("id").GetGuid();
        var (status, body) = await SendAsync(Gateway.Http, HttpMethod.Put, $"/api/v1/servers/{id}", definition);
        Assert.True(status == HttpStatusCode.OK, body);
    }

    private CallGate GateOf(string alias) =>
        Gateway.Get<RegistrySnapshots>().Current.Servers.Values.Single(entry => entry.Server.Alias == alias).Connections.Gate!;

    private Task<McpAnswer> CallAsync(RawClient client, string id, string meta = "") =>
        client.CallToolAsync("a__work", Cancellation, $$"""{"id":"{{id}}"}""", meta);

    private Task WhenWaitingAsync(int count) => Patience.UntilAsync(() => GateOf("a").Waiting == count, $"{count} calls wait", Cancellation);
}
