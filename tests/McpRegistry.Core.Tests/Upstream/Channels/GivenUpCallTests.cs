using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;
using McpRegistry.Upstream.Channels;
using ModelContextProtocol.Protocol;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream.Channels;

/// <summary>A server on a channel of many may work on for a caller who has gone; nobody else hears what it says then.</summary>
public sealed class GivenUpCallTests
{
    private const string Log = """{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}}""";
    private static readonly OwnRequest Call = new() { Method = McpMethod.ToolsCall, Members = Message.Utf8("\"name\":\"t\"") };
    private readonly FakeTransport _transport = new();
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task GivenUp_ServerStillWorks_OthersHearNothingUntilItAnswers()
    {
        await using var connection = await OpenAsync(ClientProfile.Everything);
        var abandoned = await GiveUpAsync(connection);
        var other = await BeginAsync(connection);
        await SpeakAsync("\"q-1\"");
        Assert.Equal((0, 0), (other.Logs, other.Questions));
        _transport.Receive("""{"jsonrpc":"2.0","id":"q-r","method":"roots/list"}""");
        Assert.Equal(-32601, Assert.IsType<JsonRpcError>(await _transport.NextAnswerAsync()).Error.Code);

        _transport.Answer(abandoned, "\"result\":{}");
        await SpeakAsync("\"q-2\"");
        Assert.Equal((1, 1), (other.Logs, other.Questions));
    }

    [Fact]
    public async Task GivenUp_ServerNeverAnswers_OthersAreHeardAgainAfterAWhile()
    {
        await using var connection = await OpenAsync(ClientProfile.Everything);
        for (var call = 0; call < 1_100; call++)
        {
            await GiveUpAsync(connection);
        }

        var other = await BeginAsync(connection);
        _clock.Advance(GivenUpCalls.Longest - TimeSpan.FromSeconds(1));
        await SpeakAsync("\"q-1\"");
        Assert.Equal((0, 0), (other.Logs, other.Questions));
        _clock.Advance(TimeSpan.FromSeconds(1));
        await SpeakAsync("\"q-2\"");
        Assert.Equal((1, 1), (other.Logs, other.Questions));
    }

    /// <summary>A message may have reached its server although its sending failed.</summary>
    [Fact]
    public async Task GivenUp_SendingFailedHalfway_OthersHearNothing()
    {
        await using var connection = await OpenAsync(ClientProfile.Everything);
        _transport.SendFailure = new HttpRequestException();
        Assert.True((await connection.SendAsync(Call, new Caller(), CancellationToken.None)).Fault!.MayHaveRun);
        _transport.SendFailure = null;
        var other = await BeginAsync(connection);
        await SpeakAsync("\"q-1\"");
        Assert.Equal((0, 0), (other.Logs, other.Questions));
    }

    /// <summary>A bad answer is one: the server is done with the call.</summary>
    [Fact]
    public async Task GivenUp_AnswerIsTooLarge_OthersAreHeard()
    {
        await using var connection = await OpenAsync(ClientProfile.Everything);
        var call = connection.SendAsync(Call, new Caller(), CancellationToken.None).AsTask();
        _transport.Answer(await _transport.NextRequestAsync("tools/call"), $$"""
            "result":{"text":"{{new string('x', 1_000_000)}}"}
            """);
        Assert.Equal(FaultReasons.TooLarge, (await call).Fault!.Reason);
        var other = await BeginAsync(connection);
        await SpeakAsync("\"q-1\"");
        Assert.Equal((1, 1), (other.Logs, other.Questions));
    }

    /// <summary>The server of HTTP+SSE that refuses a message with a status has answered it, and sends nothing more about it; a gateway between knows nothing of it.</summary>
    [Theory]
    [InlineData(503, 1)]
    [InlineData(500, 1)]
    [InlineData(408, 0)]
    [InlineData(502, 0)]
    [InlineData(504, 0)]
    public async Task GivenUp_MessageIsAnsweredByAStatus_OthersAreHeardUnlessItMayStillRun(int status, int heard)
    {
        await using var connection = await OpenAsync(ClientProfile.Everything);
        _transport.SendFailure = new ChannelFaultException(new UpstreamFault(FaultReasons.HttpError, "no", MayHaveRun: true) { HttpStatus = status });
        Assert.Equal(status, (await connection.SendAsync(Call, new Caller(), CancellationToken.None)).Fault!.HttpStatus);
        _transport.SendFailure = null;
        var other = await BeginAsync(connection);
        await SpeakAsync("\"q-1\"");
        Assert.Equal((heard, heard), (other.Logs, other.Questions));
    }

    /// <summary>No server speaks of those, nor asks anybody about them.</summary>
    [Fact]
    public async Task GivenUp_RequestOfTheGatewaysOwn_OthersAreHeard()
    {
        await using var connection = await OpenAsync(ClientProfile.Everything);
        await GiveUpAsync(connection, isTheGateways: true);
        var other = await BeginAsync(connection);
        await SpeakAsync("\"q-1\"");
        Assert.Equal((1, 1), (other.Logs, other.Questions));
    }

    /// <summary>All calls are one client's, who may hear what came of his earlier ones.</summary>
    [Fact]
    public async Task GivenUp_SessionOfOneClient_GoesOn()
    {
        await using var connection = await OpenAsync(ClientProfile.Plain);
        await GiveUpAsync(connection);
        var other = await BeginAsync(connection);
        await SpeakAsync("\"q-1\"");
        Assert.Equal((1, 1), (other.Logs, other.Questions));
    }

    private async Task<UpstreamConnection> OpenAsync(ClientProfile profile) =>
        (await ChannelConnection.OpenAsync(_transport, profile, null, TimeSpan.FromSeconds(5), 1_000_000, _clock, CancellationToken.None)).Connection!;

    private async Task<JsonRpcRequest> GiveUpAsync(UpstreamConnection connection, bool isTheGateways = false)
    {
        using var cancellation = new CancellationTokenSource();
        var call = connection.SendAsync(Call, isTheGateways ? null : new Caller(), cancellation.Token).AsTask();
        var request = await _transport.NextRequestAsync("tools/call");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        return request;
    }

    private async Task<Caller> BeginAsync(UpstreamConnection connection)
    {
        var caller = new Caller();
        _ = connection.SendAsync(Call, caller, CancellationToken.None).AsTask();
        await _transport.NextRequestAsync("tools/call");
        return caller;
    }

    private async Task SpeakAsync(string id)
    {
        _transport.Receive(Log);
        _transport.Receive($$"""{"jsonrpc":"2.0","id":{{id}},"method":"roots/list"}""");
        await _transport.SettleAsync();
    }

    private sealed class Caller : IUpstreamObserver
    {
        public int Logs { get; private set; }

        public int Questions { get; private set; }

        public bool MayBeMeant => true;

        public ValueTask NotifiedAsync(UpstreamMessage notification, CancellationToken cancellationToken)
        {
            Logs++;
            return ValueTask.CompletedTask;
        }

        public bool TryAsk(UpstreamQuestion question)
        {
            Questions++;
            return true;
        }
    }
}
