using McpRegistry.ApiKeys;
using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Gateway;
using McpRegistry.Gateway.Active;
using McpRegistry.Gateway.Bridging;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;
using Xunit;

namespace McpRegistry.Core.Tests.Gateway;

/// <summary>The moments of a suspended call that no client can bring about at will.</summary>
public sealed class SuspendableCallTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly TaskCompletionSource<UpstreamReply> _reply = new();
    private readonly List<string> _posted = [];

    private const string Silent = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"roots":{}}}}}""";

    [Fact]
    public async Task WaitAsync_QuestionTakenBackWhileOthersAreWaitedFor_GoesOnWaiting()
    {
        await using var call = Start();
        Assert.True(call.TryAsk(Question(1)));
        var settles = 0;
        var waiting = call.WaitAsync(
            async _ =>
            {
                settles++;
                await WithdrawAsync(call, 1);
            },
            CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);
        _reply.SetResult(FakeConnection.Result("{}"));
        Assert.NotNull(await waiting.WaitAsync(Limit, TestContext.Current.CancellationToken));
        Assert.Equal(1, settles);
        Assert.Empty(_posted);
    }

    /// <summary>A question that came and went must not keep the wait awake.</summary>
    [Fact]
    public async Task WaitAsync_QuestionTakenBackBefore_Rests()
    {
        await using var call = Start();
        Assert.True(call.TryAsk(Question(1)));
        await WithdrawAsync(call, 1);
        var waiting = await Task.Factory.StartNew(
            () => call.WaitAsync(_ => Task.CompletedTask, CancellationToken.None).AsTask(), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .WaitAsync(Limit, TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        Assert.True(call.TryAsk(Question(2)));
        Assert.Null(await waiting.WaitAsync(Limit, TestContext.Current.CancellationToken));
        Assert.Equal("r2", Assert.Single(call.Suspend()).Key);
        _reply.SetResult(FakeConnection.Result("{}"));
    }

    /// <summary>Of progress the latest counts; log messages are kept up to a bound.</summary>
    [Fact]
    public async Task AnswerAsync_ServerSpokeMeanwhile_ClientHearsItInOrder()
    {
        await using var call = Start();
        Assert.True(call.TryAsk(Question(1)));
        call.Suspend();
        for (var number = 0; number < 150; number++)
        {
            await call.NotifiedAsync(Message.Upstream($$$"""{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"error","data":{{{number}}}}}"""), CancellationToken.None);
            await call.NotifiedAsync(Progress(number), CancellationToken.None);
        }

        var back = Call();
        Assert.True(Resume(call, back));
        Assert.False(Resume(call, back, 1));
        await call.AnswerAsync(Message.Utf8("""{"r1":{"roots":[]}}"""), CancellationToken.None);
        var heard = ((FakeStream)back.Stream).Heard;
        Assert.Equal(101, heard.Count);
        Assert.Contains("\"data\":0}", heard[0], StringComparison.Ordinal);
        Assert.Contains("\"data\":99}", heard[99], StringComparison.Ordinal);
        Assert.Equal("""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"p","progress":149}}""", heard[100]);
        Assert.Equal("""{"jsonrpc":"2.0","id":1,"result":{"roots":[]}}""", Assert.Single(_posted));
        _reply.SetResult(FakeConnection.Result("{}"));
    }

    /// <summary>What nobody asked for would only fill the memory while the client is away.</summary>
    [Fact]
    public async Task AnswerAsync_LogMessagesThatWereNotWanted_AreNotKept()
    {
        await using var call = Start(Call(Message.Of(Silent)), new FakeConnection { Answers = async (_, token) => await _reply.Task.WaitAsync(token) });
        Assert.True(call.TryAsk(Question(1)));
        call.Suspend();
        await LogAsync(call, "x");

        var back = Call();
        Assert.True(Resume(call, back));
        await call.AnswerAsync(Message.Utf8("""{"r1":{"roots":[]}}"""), CancellationToken.None);
        Assert.Empty(((FakeStream)back.Stream).Heard);
        _reply.SetResult(FakeConnection.Result("{}"));
    }

    [Fact]
    public async Task AnswerAsync_LargeMessagesMeanwhile_AreKeptUpToABound()
    {
        await using var call = Start();
        Assert.True(call.TryAsk(Question(1)));
        call.Suspend();
        for (var number = 0; number < 20; number++)
        {
            await LogAsync(call, new string('x', 100_000));
        }

        await call.NotifiedAsync(Progress(1, new string('x', 2_000_000)), CancellationToken.None);
        var back = Call();
        Assert.True(Resume(call, back));
        await call.AnswerAsync(Message.Utf8("""{"r1":{"roots":[]}}"""), CancellationToken.None);
        Assert.InRange(((FakeStream)back.Stream).Heard.Sum(static message => message.Length), 900_000, 1024 * 1024);
        _reply.SetResult(FakeConnection.Result("{}"));
    }

    [Fact]
    public async Task TryAsk_LargeQuestions_AreRefusedBeyondABound()
    {
        await using var call = Start();
        var taken = Enumerable.Range(1, 10).Count(id => call.TryAsk(Question(id, $$"""{"x":"{{new string('x', 1_000_000)}}"}""")));
        Assert.Equal(8, taken);
        _reply.SetResult(FakeConnection.Result("{}"));
    }

    /// <summary>What was said before the client came back was said earlier than what comes now (protocol.md 2.8).</summary>
    [Fact]
    public async Task NotifiedAsync_BetweenReturnAndReplay_ComesAfterWhatWasKept()
    {
        await using var call = Start();
        Assert.True(call.TryAsk(Question(1)));
        call.Suspend();
        await call.NotifiedAsync(Progress(1), CancellationToken.None);
        var back = Call();
        Assert.True(Resume(call, back));
        var later = call.NotifiedAsync(Progress(2), CancellationToken.None).AsTask();
        await call.AnswerAsync(Message.Utf8("""{"r1":{"roots":[]}}"""), CancellationToken.None);
        await later.WaitAsync(Limit, TestContext.Current.CancellationToken);

        Assert.Equal(["1", "2"], ((FakeStream)back.Stream).Heard.Select(static message => message[^3..^2]));
        _reply.SetResult(FakeConnection.Result("{}"));
    }

    [Fact]
    public async Task TryAsk_MoreThanTheBound_IsRefused()
    {
        await using var call = Start();
        Assert.All(Enumerable.Range(1, 32), id => Assert.True(call.TryAsk(Question(id))));
        Assert.False(call.TryAsk(Question(33)));
        _reply.SetResult(FakeConnection.Result("{}"));
    }

    [Fact]
    public async Task DisposeAsync_OpenQuestions_AreAnsweredOnceAndLaterOnesRefused()
    {
        var call = Start();
        Assert.True(call.TryAsk(Question(1)));
        Assert.True(call.TryAsk(Question(2)));
        _reply.SetResult(FakeConnection.Result("{}"));
        await call.DisposeAsync();
        await call.DisposeAsync();
        Assert.Equal(2, _posted.Count);
        Assert.All(_posted, answer => Assert.Contains("-32603", answer, StringComparison.Ordinal));
        Assert.False(call.TryAsk(Question(3)));
        Assert.False(Resume(call, Call()));
    }

    /// <summary>The client's HTTP request has ended by then, and its buffer may hold the request of somebody else.</summary>
    [Fact]
    public async Task SendAsync_AgainAfterTheClientWentAway_WritesTheSameRequest()
    {
        var body = Message.Utf8("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","arguments":{"a":"mine"},"_meta":{"io.modelcontextprotocol/clientCapabilities":{"roots":{}},"progressToken":"p"}}}""");
        EnvelopeReader.Read(body, EnvelopeLimits.Default, out var message);
        UpstreamRequest? sent = null;
        var connection = new FakeConnection
        {
            Answers = async (request, _) =>
            {
                sent = request;
                return await _reply.Task;
            },
        };
        await using var call = Start(Call(message), connection);
        var first = Message.Text(sent!.Write(7, connection.Handshake));
        Assert.Contains("mine", first, StringComparison.Ordinal);
        Assert.True(call.TryAsk(Question(1)));
        call.Suspend();

        body.AsSpan().Replace((byte)'m', (byte)'x');

        var again = Message.Text(sent.Write(7, connection.Handshake));
        _reply.SetResult(FakeConnection.Result("{}"));
        Assert.Equal(first, again);
    }

    private static bool Resume(SuspendableCall call, GatewayCall back, int round = 0) => call.Resume(back, round, default) is null;

    private static ValueTask LogAsync(SuspendableCall call, string data) => call.NotifiedAsync(
        Message.Upstream($$$"""{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"error","data":"{{{data}}}"}}"""), CancellationToken.None);

    private static UpstreamMessage Progress(int progress, string message = "") => Message.Upstream(
        $$$"""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,{{{(message.Length > 0 ? $"\"message\":\"{message}\"," : "")}}}"progress":{{{progress}}}}}""");

    private static ValueTask WithdrawAsync(SuspendableCall call, int id) => call.NotifiedAsync(
        Message.Upstream($$$"""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{{{id}}}}}"""), CancellationToken.None);

    private static GatewayCall Call() => Call(Message.Of("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"roots":{}},"io.modelcontextprotocol/logLevel":"info","progressToken":"p"}}}"""));

    private static GatewayCall Call(ClientMessage message) => new()
    {
        Message = message,
        Era = ProtocolEra.Modern,
        Caller = new Caller("p", TenantId.Global, default),
        Stream = new FakeStream(),
    };

    private SuspendableCall Start() => Start(Call(), new FakeConnection { Answers = async (_, token) => await _reply.Task.WaitAsync(token) });

    private static SuspendableCall Start(GatewayCall call, FakeConnection connection)
    {
        var (time, options) = (new ManualTimeProvider(), new GatewayOptions());
        var active = new ActiveCalls(time);
        using var begun = new CallDeadline(options, time, CancellationToken.None);
        active.Enter(begun, call);
        return new SuspendableCall(
            call, SampleServers.Of("a"), new OpenLease(connection), new RelayedRequest { Call = call, Method = McpMethod.ToolsCall, RoutingName = "t", AllowsExtension = _ => false },
            begun, active, options, time);
    }

    private UpstreamQuestion Question(int id, string parameters = "{}") => new(Message.Upstream($$"""{"jsonrpc":"2.0","id":{{id}},"method":"roots/list","params":{{parameters}}}"""), answer =>
    {
        _posted.Add(Message.Text(answer));
        return new(true);
    });

    private sealed class OpenLease(UpstreamConnection connection) : ConnectionLease(connection)
    {
        public override IDisposable Listen(IUpstreamListener listener) => new ListenerSet().Add(listener);

        public override UpstreamFault Report(UpstreamFault fault) => fault;

        protected override void Return()
        {
            // Nothing is pooled.
        }
    }
}
