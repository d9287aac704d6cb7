using McpRegistry.ApiKeys;
using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Gateway;
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
            await call.NotifiedAsync(Message.Upstream($$$"""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":{{{number}}}}}"""), CancellationToken.None);
        }

        var back = Call();
        Assert.True(call.TryResume(back, 0));
        Assert.False(call.TryResume(back, 1));
        await call.AnswerAsync(Message.Utf8("""{"r1":{"roots":[]}}"""), CancellationToken.None);
        var heard = ((FakeStream)back.Stream).Heard;
        Assert.Equal(101, heard.Count);
        Assert.Contains("\"data\":0}", heard[0], StringComparison.Ordinal);
        Assert.Contains("\"data\":99}", heard[99], StringComparison.Ordinal);
        Assert.Equal("""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"p","progress":149}}""", heard[100]);
        Assert.Equal("""{"jsonrpc":"2.0","id":1,"result":{"roots":[]}}""", Assert.Single(_posted));
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
        Assert.False(call.TryResume(Call(), 0));
    }

    private static ValueTask WithdrawAsync(SuspendableCall call, int id) => call.NotifiedAsync(
        Message.Upstream($$$"""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{{{id}}}}}"""), CancellationToken.None);

    private static GatewayCall Call() => new()
    {
        Message = Message.Of("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"roots":{}},"io.modelcontextprotocol/logLevel":"info","progressToken":"p"}}}"""),
        Era = ProtocolEra.Modern,
        Caller = new Caller("p", TenantId.Global, default),
        Stream = new FakeStream(),
    };

    private SuspendableCall Start()
    {
        var connection = new FakeConnection { Answers = async (_, _) => await _reply.Task };
        var call = Call();
        return new SuspendableCall(
            call, "a", new OpenLease(connection), new RelayedRequest { Call = call, Method = McpMethod.ToolsCall, RoutingName = "t", AllowsExtension = _ => false }, new GatewayOptions(), new ManualTimeProvider());
    }

    private UpstreamQuestion Question(int id) => new(Message.Upstream($$"""{"jsonrpc":"2.0","id":{{id}},"method":"roots/list"}"""), answer =>
    {
        _posted.Add(Message.Text(answer));
        return new(true);
    });

    private sealed class OpenLease(UpstreamConnection connection) : ConnectionLease(connection)
    {
        public override IDisposable Listen(IUpstreamListener listener) => new ListenerSet().Add(listener);

        public override void Report(UpstreamFault fault)
        {
            // No test is about the server's health.
        }

        public override void Dispose()
        {
            // Nothing is pooled.
        }
    }
}
