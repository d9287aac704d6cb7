using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.TestSupport;
using McpRegistry.TestSupport.Upstreams;
using McpRegistry.Upstream;
using McpRegistry.Upstream.Http;
using Xunit;
using UpstreamOptions = McpRegistry.TestSupport.Upstreams.UpstreamOptions;

namespace McpRegistry.Core.Tests.Upstream.Http;

/// <summary>Sessions that a server does not know any more, or only seems not to.</summary>
public sealed class LostSessionTests : IAsyncDisposable
{
    private static readonly OwnRequest Call = new() { Method = McpMethod.ToolsCall, RoutingName = "t", Members = Message.Utf8("\"name\":\"t\"") };
    private const string Initialized = """{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"s","version":"1"}}""";

    private static readonly OwnRequest Logged = new() { Method = McpMethod.ToolsCall, RoutingName = "t", Members = Call.Members, LogLevel = LogLevel.Info };
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler());
    private readonly ManualTimeProvider _clock = new();
    private ScriptedUpstream _upstream = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static UpstreamHandler Refusal => Answers.Error(-32000, "Bad Request: No valid session ID provided", status: 400);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _upstream.DisposeAsync();
    }

    /// <summary>Many servers, those of the SDK's examples among them, answer so where the revision asks for 404.</summary>
    [Fact]
    public async Task SendAsync_ServerRefusesTheSessionWith400_IsOpenedAgainAndTheCallRuns()
    {
        await using var connection = await OpenAsync();
        _upstream.On("tools/call", Answers.InOrder(Refusal, Answers.Result("{}"))).On("ping", Refusal);

        Assert.True((await connection.SendAsync(Call, null, Cancellation)).Message is { IsError: false });
        Assert.Equal(2, _upstream.Requests.Of("initialize").Count);
    }

    [Fact]
    public async Task SendAsync_ServerRefusesOnlyTheRequestWith400_KeepsTheSession()
    {
        await using var connection = await OpenAsync();
        _upstream.On("tools/call", Answers.Error(-32602, "no such tool", status: 400));

        Assert.Equal(-32602, (await connection.SendAsync(Call, null, Cancellation)).Message!.ErrorCode);
        Assert.Single(_upstream.Requests.Of("initialize"));
        Assert.Single(_upstream.Requests.Of("tools/call"));
    }

    /// <summary>An unknown method is 404 to some servers; that the session is unknown only that session can tell.</summary>
    [Fact]
    public async Task SendAsync_ServerRefusesOnlyTheRequestWith404_KeepsTheSession()
    {
        await using var connection = await OpenAsync();
        _upstream.On("tools/call", Answers.Error(-32601, "no such method", status: 404));

        Assert.Equal(-32601, (await connection.SendAsync(Call, null, Cancellation)).Message!.ErrorCode);
        Assert.Single(_upstream.Requests.Of("initialize"));
        Assert.Equal(1, _upstream.OpenSessions);
    }

    /// <summary>The watch lives as long as the session; were it to wait without end, no call would get a new one.</summary>
    [Fact]
    public async Task WatchAsync_NewSessionIsNotAnswered_LeavesItToTheNextCall()
    {
        await using var connection = await OpenAsync();
        var gate = new Gate();
        _upstream.On("tools/call", Answers.Result("{}"))
            .On("initialize", Answers.InOrder(Answers.After(gate, Answers.Status(503)), Answers.Result(Initialized)));
        _upstream.ExpireSessions();
        var watch = connection.WatchAsync(new MethodListener(_ => { }), Cancellation);
        await gate.WhenWaitingAsync(1, Cancellation);
        var call = connection.SendAsync(Call, null, Cancellation).AsTask();
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(FaultReasons.Timeout, (await watch)!.Reason);
        Assert.True((await call).Answered);
    }

    /// <summary>Each question is held until its refusal was taken; a server that takes none must not fill the memory with them.</summary>
    [Fact]
    public async Task SendAsync_ServerAsksWithoutEnd_IsReadNoFasterThanItTakesAnswers()
    {
        await using var connection = await OpenAsync();
        var gate = new Gate();
        var answers = 0;
        var held = Answers.After(gate, Answers.Status(202));
        _upstream.On("", exchange =>
        {
            Interlocked.Increment(ref answers);
            return held(exchange);
        });
        _upstream.On("tools/call", async exchange =>
        {
            await exchange.BeginStreamAsync();
            for (var i = 0; i < 100; i++)
            {
                await exchange.AskAsync($"{i}", "unknown/question", "{}");
            }

            await exchange.ResultAsync("{}");
        });
        var call = connection.SendAsync(Call, null, Cancellation).AsTask();
        await gate.WhenWaitingAsync(8, Cancellation);

        Assert.Equal(8, Volatile.Read(ref answers));
        Assert.False(call.IsCompleted);
        gate.Open();
        Assert.True((await call).Answered);
    }

    /// <summary>What the server did not take is asked for again; what it took, or does not have, is not.</summary>
    [Fact]
    public async Task SendAsync_LogLevelWasNotSet_IsSetWithTheNextCall()
    {
        await using var connection = await OpenAsync();
        _upstream.On("tools/call", Answers.Result("{}"))
            .On("logging/setLevel", Answers.InOrder(Answers.Cut(CutStage.BeforeHeaders, "{}"), Answers.Error(-32603, "not now"), Answers.Status(503), Answers.Result("{}")));
        for (var call = 1; call <= 6; call++)
        {
            Assert.True((await connection.SendAsync(Logged, null, Cancellation)).Answered);
            Assert.Equal(Math.Min(call, 4), _upstream.Requests.Of("logging/setLevel").Count);
        }
    }

    [Fact]
    public async Task SendAsync_ServerHasNoLogLevel_IsAskedOnce()
    {
        await using var connection = await OpenAsync();
        _upstream.On("tools/call", Answers.Result("{}")).On("logging/setLevel", Answers.Error(-32601, "no"));
        await connection.SendAsync(Logged, null, Cancellation);
        await connection.SendAsync(Logged, null, Cancellation);

        Assert.Single(_upstream.Requests.Of("logging/setLevel"));
    }

    [Fact]
    public async Task SendAsync_ClientIsToKnowOfTheLoss_IsNotOpenedAgain()
    {
        await using var connection = await OpenAsync(ClientProfile.Plain with { EndsWhenLost = true });
        _upstream.ExpireSessions();

        Assert.Same(SessionPool.Lost, (await connection.SendAsync(Call, null, Cancellation)).Fault);
        Assert.Single(_upstream.Requests.Of("initialize"));
    }

    private async Task<UpstreamConnection> OpenAsync(ClientProfile? profile = null)
    {
        _upstream = await ScriptedUpstream.StartAsync(UpstreamOptions.Legacy, Cancellation);
        var channel = new HttpChannel(_http, _upstream.Url, 1_000_000);
        return (await LegacyHttpConnection.OpenAsync(channel, _clock, profile ?? ClientProfile.Plain, "2025-11-25", Cancellation)).Connection!;
    }
}
