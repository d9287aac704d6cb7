using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using McpRegistry.Auditing;
using McpRegistry.EndToEnd.Tests.Bridging;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.EndToEnd.Tests.Routing;

/// <summary>Wherever a call is on its way when an administrator cancels it: what runs then ends, and the server that has it hears so.</summary>
public sealed class CancelByIdTests : RoutingTest
{
    private const string RequestsPath = "/api/v1/router/requests";

    private readonly HeldAudit _audit = new();

    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Balancing:SlowStart"] = "00:00:00",
            ["Resilience:Retry:MinPerSecond"] = "1000",
            ["Resilience:Retry:MaxRetryAfter"] = "00:10:00",
            ["Resilience:Servers:narrow:MaxConcurrent"] = "1",
        },
        Services = services => services.AddSingleton<IAuditWriter>(provider =>
        {
            _audit.Inner = provider.GetRequiredService<AuditWriter>();
            return _audit;
        }),
    };

    /// <summary>The call is with the server, which may ask its client something, when the cancellation of what it was before is committed.</summary>
    [Fact]
    public async Task FoundBeforeItBecameACallThatMayBeSuspended_ReachesTheServer()
    {
        var (opening, upstream) = await AddOpeningAsync();
        var call = (await AskableAsync(Era.Modern)).CallToolAsync("up__work", Cancellation);
        await opening.WhenWaitingAsync(1, Cancellation);
        var id = await OnlyAsync();
        _audit.Hold = new Gate();
        var cancelling = CancelAsync(id);
        await _audit.Hold.WhenWaitingAsync(1, Cancellation);

        opening.Open();
        var arrived = await upstream.Requests.WaitAsync("tools/call", Cancellation);
        _audit.Hold.Open();

        Assert.Equal(HttpStatusCode.NoContent, await cancelling);
        Assert.Equal("cancelled", (await call).Reason);
        await WhenToldAsync(upstream, arrived);
    }

    [Fact]
    public async Task CallThatMayBeSuspended_HasOneIdAndAgeAllTheWay()
    {
        var (opening, upstream) = await AddOpeningAsync();
        upstream.On("tools/call", async exchange =>
        {
            await Asking.AskAsync(upstream, exchange, Question.Form);
            await Answers.Never(exchange);
        });
        var client = await AskableAsync(Era.Modern);
        var call = client.CallToolAsync("up__work", Cancellation);
        await opening.WhenWaitingAsync(1, Cancellation);
        var before = Assert.Single(await ListAsync());
        opening.Open();
        var asked = (await call).Result;
        var during = Assert.Single(await ListAsync());
        Assert.Equal(("running", "suspended"), (Text(before, "state"), Text(during, "state")));
        Assert.Equal((Text(before, "id"), Text(before, "startedAt")), (Text(during, "id"), Text(during, "startedAt")));

        var retry = client.CallAsync(
            "tools/call", Cancellation, $"\"name\":\"up__work\",\"arguments\":{{}},\"inputResponses\":{{\"r1\":{Question.Form.Answer}}},\"requestState\":{asked.GetProperty("requestState").GetRawText()}");
        await upstream.Requests.WaitAsync(static request => request is { Verb: "POST", Method: "", Id: not null }, "it is answered", Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, await CancelAsync(Text(before, "id")));

        Assert.Equal("cancelled", (await retry).Reason);
        await WhenToldAsync(upstream, upstream.Requests.Of("tools/call")[0]);
    }

    /// <summary>The endpoint was asked for the session already, which is there for the next call; this one never comes to it.</summary>
    [Theory]
    [MemberData(nameof(Eras))]
    public async Task WaitsForItsSession_IsNotSent(Era client)
    {
        var (opening, upstream) = await AddOpeningAsync();
        var raw = await AskableAsync(client);
        var call = raw.CallToolAsync("up__work", Cancellation, """{"id":"first"}""");
        await opening.WhenWaitingAsync(1, Cancellation);

        Assert.Equal(HttpStatusCode.NoContent, await CancelAsync(await OnlyAsync()));
        Assert.Equal("cancelled", (await call).Reason);

        opening.Open();
        upstream.On("tools/call", Answers.Result("""{"content":[{"type":"text","text":"next"}]}"""));
        Assert.Equal("next", Text(await raw.CallToolAsync("up__work", Cancellation, """{"id":"second"}""")));
        Assert.Equal("second", Assert.Single(upstream.Requests.Of("tools/call")).Params.GetProperty("arguments").GetProperty("id").GetString());
        Assert.Empty(upstream.Requests.Of("notifications/cancelled"));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task WaitsForAPlace_IsNotSentAndLeavesTheQueue(Era client, Era server)
    {
        var upstream = await AddTwinAsync("narrow", server);
        var gate = new Gate();
        upstream.On("tools/call", Answers.After(gate, Answers.Result(ScriptedServers.Complete(server, """{"content":[{"type":"text","text":"done"}]}"""))));
        var raw = await OpenAsync(client);
        var running = WhoAsync(raw, "narrow__work");
        await gate.WhenWaitingAsync(1, Cancellation);
        var first = await OnlyAsync();
        var waiting = raw.CallToolAsync("narrow__work", Cancellation);
        await WaitAsync(async () => await WaitingAsync() == 1, "it waits");
        var second = Assert.Single(await ListAsync(), call => Text(call, "id") != first);

        Assert.Equal(HttpStatusCode.NoContent, await CancelAsync(Text(second, "id")));

        Assert.Equal("cancelled", (await waiting).Reason);
        Assert.Equal((0, 1), (await WaitingAsync(), Calls(upstream)));
        gate.Open();
        Assert.Equal(("done", "done"), (await running, await WhoAsync(raw, "narrow__work")));
        Assert.Equal(2, Calls(upstream));
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task MovedToAnotherEndpoint_ReachesThat(Era server)
    {
        var asked = new ConcurrentQueue<ScriptedUpstream>();
        ScriptedUpstream[] pair = [await StartAsync(), await StartAsync()];
        await Gateway.Registry.RegisterAsync(
            $$"""{"name":"b","alias":"b","isolation":"shared","endpoints":[{"url":"{{pair[0].Url}}"},{"url":"{{pair[1].Url}}"}]}""", Cancellation);
        await Gateway.Registry.WaitAsync("b", "healthy", Cancellation);
        foreach (var upstream in pair)
        {
            await upstream.WaitUntilAsync(static one => one.OpenStreams == 1, "it is connected", Cancellation);
        }

        var call = (await OpenAsync(Era.Legacy)).CallToolAsync("b__work", Cancellation);
        await WaitAsync(() => asked.Count == 2, "the other one is asked");
        var second = asked.Last();
        var arrived = await second.Requests.WaitAsync("tools/call", Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, await CancelAsync(await OnlyAsync()));

        Assert.Equal("cancelled", (await call).Reason);
        await WhenToldAsync(second, arrived);
        Assert.Equal((2, 0), (asked.Count, asked.First().Requests.Of("notifications/cancelled").Count));

        async Task<ScriptedUpstream> StartAsync()
        {
            var upstream = Own(await ScriptedServers.StartAsync(server, Cancellation));
            return upstream.On("tools/call", exchange =>
            {
                asked.Enqueue(upstream);
                return ReferenceEquals(asked.First(), upstream) ? exchange.StatusAsync(429) : Answers.Never(exchange);
            });
        }
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task WaitsToBeSentAgain_IsNot(Era server)
    {
        var upstream = await AddTwinAsync("a", server);
        upstream.On("tools/call", static exchange =>
        {
            exchange.Header("Retry-After", "40");
            return exchange.StatusAsync(429);
        });
        var call = (await OpenAsync(Era.Modern)).CallToolAsync("a__work", Cancellation);
        await upstream.Requests.WaitAsync("tools/call", Cancellation);
        await WaitAsync(async () => InFlight(await MetricsAsync()) == 0, "the first attempt has ended");

        Assert.Equal(HttpStatusCode.NoContent, await CancelAsync(await OnlyAsync()));

        Assert.Equal("cancelled", (await call).Reason);
        Assert.Equal(1, Calls(upstream));
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task MessageOfABatch_EndsItAlone(Era server)
    {
        var upstream = await AddTwinAsync("a", server);
        var gate = new Gate();
        upstream.On("tools/call", Answers.After(gate, Answers.Result(ScriptedServers.Complete(server, """{"content":[]}"""))));
        await AddTwinAsync("other", server);
        var client = await BatchClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Cancellation);
        var batch = client.SendAsync(Cancellation, BatchClient.Call("1", "a__work"), BatchClient.Call("2", "other__work"), BatchClient.Request("3", "ping"));
        await gate.WhenWaitingAsync(1, Cancellation);
        await WaitAsync(async () => (await ListAsync()).Length == 1, "the other one has ended");

        Assert.Equal(HttpStatusCode.NoContent, await CancelAsync(await OnlyAsync()));

        var answers = BatchClient.Answers(await batch);
        Assert.Equal("cancelled", BatchClient.Reason(answers["1"]));
        Assert.All(["2", "3"], id => Assert.True(answers[id].TryGetProperty("result", out _)));
        await WhenToldAsync(upstream, upstream.Requests.Of("tools/call")[0]);
        gate.Open();
    }

    /// <summary>The server has forgotten the session, and the call is sent once more in a new one.</summary>
    [Theory]
    [MemberData(nameof(Eras))]
    public async Task ReplayedInANewSession_ReachesTheServerInThat(Era client)
    {
        var upstream = await AddTwinAsync("a", Era.Legacy);
        var raw = await AskableAsync(client);
        Assert.Equal("a", await WhoAsync(raw));
        var old = upstream.Requests.Of("tools/call")[0].SessionId;
        upstream.On("tools/call", Answers.Never);
        upstream.ForgetSessions();
        var call = raw.CallToolAsync("a__work", Cancellation);
        var arrived = await upstream.Requests.WaitAsync(request => request.Method == "tools/call" && request.SessionId != old, "it is replayed", Cancellation);

        Assert.Equal(HttpStatusCode.NoContent, await CancelAsync(await OnlyAsync()));

        Assert.Equal("cancelled", (await call).Reason);
        await WhenToldAsync(upstream, arrived);
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task WaitsForTheNewSessionOfItsReplay_IsNotReplayed(Era client)
    {
        var (opening, upstream) = await AddOpeningAsync();
        opening.Open();
        upstream.On("tools/call", Answers.Result("""{"content":[{"type":"text","text":"done"}]}"""));
        var raw = await AskableAsync(client);
        Assert.Equal("done", await WhoAsync(raw, "up__work"));
        var (again, old) = (new Gate(), upstream.Requests.Of("tools/call")[0].SessionId);
        upstream.Guard = HoldHandshakes(again);
        upstream.ForgetSessions();
        var call = raw.CallToolAsync("up__work", Cancellation);
        await again.WhenWaitingAsync(1, Cancellation);
        await WaitAsync(() => Calls(upstream) == 2, "it was refused");

        Assert.Equal(HttpStatusCode.NoContent, await CancelAsync(await OnlyAsync()));

        Assert.Equal("cancelled", (await call).Reason);
        again.Open();
        Assert.Equal("done", await WhoAsync(raw, "up__work"));
        Assert.Single(upstream.Requests.Of("tools/call"), request => request.SessionId != old);
    }

    /// <summary>A question is open at the client, whose call waits for it.</summary>
    [Theory]
    [MemberData(nameof(Eras))]
    public async Task ClientIsBeingAsked_EndsTheCall(Era server)
    {
        var upstream = await AddTwinAsync("a", server);
        upstream.On("tools/call", server == Era.Legacy ? Asking.AtOnce(upstream, Question.Form) : Asking.Modern(null, Question.Form));
        using var call = await (await AskableAsync(Era.Legacy)).BeginToolAsync("a__work", Cancellation);
        Assert.Equal(Question.Form.Method, Text(await call.NextAsync(Cancellation), "method"));
        var listed = Assert.Single(await ListAsync());
        Assert.Equal("asking", Text(listed, "state"));

        Assert.Equal(HttpStatusCode.NoContent, await CancelAsync(Text(listed, "id")));

        var next = await call.NextAsync(Cancellation);
        if (next.TryGetProperty("method", out var withdrawn))
        {
            Assert.Equal("notifications/cancelled", withdrawn.GetString());
            next = await call.NextAsync(Cancellation);
        }

        Assert.Equal("cancelled", BatchClient.Reason(next));
        var arrived = upstream.Requests.Of("tools/call")[0];
        if (server == Era.Legacy)
        {
            // A modern one has asked by its answer, and has nothing under way.
            await WhenToldAsync(upstream, arrived);
        }

        Assert.Single(upstream.Requests.Of("tools/call"));
    }

    /// <summary>Adds a server that opens the sessions of callers when the gate opens, and then holds their calls.</summary>
    private async Task<(Gate Opening, ScriptedUpstream Upstream)> AddOpeningAsync()
    {
        var upstream = Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation));
        await Gateway.Registry.AddAsync("up", upstream.Url, Cancellation);
        await upstream.WaitUntilAsync(static one => one.OpenStreams == 1, "it is connected", Cancellation);
        var opening = new Gate();
        upstream.On("tools/call", Answers.Never).Guard = HoldHandshakes(opening);
        return (opening, upstream);
    }

    private static Func<UpstreamExchange, Task<bool>> HoldHandshakes(Gate gate) => async exchange =>
    {
        if (exchange.Request.Method == "initialize")
        {
            await gate.PassAsync(exchange.Ended);
        }

        return false;
    };

    private Task<RawClient> AskableAsync(Era era) => RawClient.OpenAsync(Gateway.Http, Gateway.Mcp(), era, Cancellation, Question.Everything);

    /// <summary>Waits until a server has heard that nobody waits for a call any more, in the way of its era and in the session of the call.</summary>
    private static async Task WhenToldAsync(ScriptedUpstream upstream, ReceivedRequest call)
    {
        if (call.IsModern)
        {
            await upstream.WaitUntilAsync(_ => call.WasAborted, "the call is given up", Cancellation);
            return;
        }

        var told = await upstream.Requests.WaitAsync("notifications/cancelled", Cancellation);
        Assert.Equal((call.Id, call.SessionId), (told.Params.GetProperty("requestId").GetRawText(), told.SessionId));
    }

    private async Task<JsonElement[]> ListAsync()
    {
        var (status, body) = await SendAsync(Gateway.Http, HttpMethod.Get, RequestsPath);
        Assert.True(status == HttpStatusCode.OK, body);
        return [.. JsonElement.Parse(body).GetProperty("requests").EnumerateArray()];
    }

    private async Task<string?> OnlyAsync() => Text(Assert.Single(await ListAsync()), "id");

    private async Task<HttpStatusCode> CancelAsync(string? id) => (await SendAsync(Gateway.Http, HttpMethod.Delete, $"{RequestsPath}/{id}")).Status;

    private async Task<JsonElement> MetricsAsync() =>
        JsonElement.Parse((await SendAsync(Gateway.Http, HttpMethod.Get, "/api/v1/router/metrics")).Body).GetProperty("servers")[0];

    private async Task<int> WaitingAsync() => (await MetricsAsync()).GetProperty("queue").GetProperty("waiting").GetInt32();

    private static int InFlight(JsonElement server) => server.GetProperty("endpoints")[0].GetProperty("inFlight").GetInt32();

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    /// <summary>Holds the cancellations of calls back when they are committed, until the gate opens.</summary>
    private sealed class HeldAudit : IAuditWriter
    {
        public IAuditWriter Inner { get; set; } = null!;

        public Gate? Hold { get; set; }

        public async ValueTask WriteAsync(AuditEvent auditEvent, CancellationToken cancellationToken)
        {
            await Inner.WriteAsync(auditEvent, cancellationToken);
            if (auditEvent.Action == "call.cancel" && Hold is { } hold)
            {
                await hold.PassAsync(cancellationToken);
            }
        }
    }
}
