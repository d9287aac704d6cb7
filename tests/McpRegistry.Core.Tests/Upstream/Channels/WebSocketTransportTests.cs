using System.Net.WebSockets;
using System.Text;
using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.TestSupport.WebSockets;
using McpRegistry.Upstream;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream.Channels;

/// <summary>What travels on an open socket, and how it ends.</summary>
public sealed class WebSocketTransportTests : WebSocketTest
{
    private static readonly WebSocketHandler Silent = static _ => Task.CompletedTask;

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task SendAsync_ManyCallsAtOnce_EachHearsItsOwnProgressAndAnswer(ProtocolEra era)
    {
        await StartAsync(era);
        Upstream.On("tools/call", static async exchange =>
        {
            await exchange.ProgressAsync(1);
            await exchange.ResultAsync($$"""{"for":{{exchange.Request.Id}}}""");
        });
        await using var connection = await OpenAsync();
        var calls = Enumerable.Range(0, 500).Select(async _ =>
        {
            var observer = new RecordingObserver();
            var reply = await CallAsync(connection, observer);
            Assert.Equal($$"""{"for":{{reply.Message!.NumericId}}}""", ResultOf(reply));
            Assert.Equal($$"""{"progressToken":{{reply.Message.NumericId}},"progress":1}""", Assert.Single(observer.Heard));
        });

        await Task.WhenAll(calls);

        Assert.Equal(1, Upstream.Accepted);
    }

    [Fact]
    public async Task SendAsync_Cancelled_TellsTheServerAndTheSocketGoesOn()
    {
        Upstream.On("tools/call", Silent);
        await using var connection = await OpenAsync();
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var call = connection.SendAsync(Call, null, cancellation.Token).AsTask();
        var request = await Upstream.Requests.WaitAsync("tools/call", Cancellation);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        var notification = await Upstream.Requests.WaitAsync("notifications/cancelled", Cancellation);
        Assert.Equal(request.Id, notification.Params.GetProperty("requestId").GetRawText());
        Upstream.On("tools/call", static exchange => exchange.ResultAsync("{}"));
        Assert.Equal("{}", ResultOf(await CallAsync(connection)));
    }

    /// <summary>The SDK's types know three members of an error and no half surrogate pairs.</summary>
    [Theory]
    [InlineData("error", """{"code":-1,"message":"m","data":null,"vendor":{"n":1.0}}""")]
    [InlineData("result", """{ "text":"\udc00" ,"\ud83c":1E400}""")]
    public async Task SendAsync_AnyText_TravelsAsItIsInBothDirections(string member, string text)
    {
        Upstream.On("tools/call", exchange => exchange.Peer.SendAsync($$"""{"jsonrpc":"2.0","id":{{exchange.Request.Id}},"{{member}}":{{text}}}"""));
        await using var connection = await OpenAsync();
        var odd = new OwnRequest { Method = McpMethod.ToolsCall, Members = Message.Utf8("\"name\":\"\\ud800\", \"n\":1E400") };

        var reply = await connection.SendAsync(odd, null, Cancellation);

        var message = reply.Message!;
        Assert.Equal(text, Message.Text(message.Raw(member == "error" ? message.Error : message.Result)));
        var sent = Encoding.UTF8.GetString(Upstream.Requests.Of("tools/call")[0].Body.Span);
        Assert.Contains("\"name\":\"\\ud800\", \"n\":1E400", sent, StringComparison.Ordinal);
    }

    /// <summary>Frames end anywhere, also inside a character.</summary>
    [Fact]
    public async Task Receive_MessageInFramesOfOneByte_IsPutTogether()
    {
        Upstream.On("tools/call", static exchange =>
        {
            var message = Encoding.UTF8.GetBytes($$$"""{"jsonrpc":"2.0","id":{{{exchange.Request.Id}}},"result":{"text":"Grüße €"}}""");
            return exchange.Peer.SendFramesAsync(WebSocketMessageType.Text, [.. message.Select(static one => new[] { one }), []]);
        });
        await using var connection = await OpenAsync();

        Assert.Equal("""{"text":"Grüße €"}""", ResultOf(await CallAsync(connection)));
    }

    [Fact]
    public async Task Receive_NumbersAndUnknownMembers_StayAsTheyAre()
    {
        const string Result = """{"a":1.50,"b":123456789012345678901234567890,"c":1e400,"d":{"later":[null,true]},"e":"\u0000 </script>"}""";
        Upstream.On("tools/call", static exchange => exchange.ResultAsync(Result));
        await using var connection = await OpenAsync();

        Assert.Equal(Result, ResultOf(await CallAsync(connection)));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task Receive_MessageAtTheLimit_DecidesByTheByte(int more, bool fits)
    {
        Limits.MaxMessageBytes = 20_000;
        await StartAsync(ProtocolEra.Modern);
        Upstream.On("tools/call", exchange =>
        {
            var head = $$$"""{"jsonrpc":"2.0","id":{{{exchange.Request.Id}}},"result":{"text":" """.TrimEnd();
            return exchange.Peer.SendAsync(head + new string('x', 20_000 + more - head.Length - 3) + "\"}}");
        });
        await using var connection = await OpenAsync();
        var peer = Upstream.Peers[0];

        var reply = await CallAsync(connection);

        Assert.Equal(fits, reply.Answered);
        Assert.Equal(!fits, connection.HasEnded);
        if (!fits)
        {
            Assert.Equal(WebSocketCloseStatus.MessageTooBig, await peer.Ended.WaitAsync(Cancellation));
            Assert.Contains("20000", Assert.Single(Logged), StringComparison.Ordinal);
        }
    }

    /// <summary>What never ends must not be gathered.</summary>
    [Fact]
    public async Task Receive_MessageWithoutEnd_IsClosedAtTheLimit()
    {
        Limits.MaxMessageBytes = 20_000;
        await StartAsync(ProtocolEra.Modern);
        Upstream.On("tools/call", static exchange =>
            exchange.Peer.SendFramesAsync(WebSocketMessageType.Text, [.. Enumerable.Repeat(Encoding.UTF8.GetBytes(new string(' ', 1_000)), 1_000)]));
        await using var connection = await OpenAsync();
        var peer = Upstream.Peers[0];

        Assert.False((await CallAsync(connection)).Answered);
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, await peer.Ended.WaitAsync(Cancellation));
    }

    [Theory]
    [InlineData(WebSocketMessageType.Binary, "{}", WebSocketCloseStatus.InvalidMessageType)]
    [InlineData(WebSocketMessageType.Text, "\u00ff", WebSocketCloseStatus.InvalidPayloadData)]
    public async Task Receive_BinaryOrNoUnicode_IsClosedWithTheReason(WebSocketMessageType type, string latin1, WebSocketCloseStatus status)
    {
        Upstream.On("tools/call", exchange => exchange.Peer.SendFramesAsync(type, Encoding.Latin1.GetBytes(latin1)));
        await using var connection = await OpenAsync();
        var peer = Upstream.Peers[0];

        var reply = await CallAsync(connection);

        Assert.True(reply.Fault!.MayHaveRun);
        Assert.True(connection.HasEnded);
        Assert.Equal(status, await peer.Ended.WaitAsync(Cancellation));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("hello")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"jsonrpc\":\"2.0\"}")]
    [InlineData("{\"jsonrpc\":\"1.0\",\"method\":\"x\"}")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":{},\"result\":{}}")]
    public async Task Receive_TextThatIsNoMessage_IsIgnoredAndLoggedOnce(string text)
    {
        Upstream.On("tools/call", async exchange =>
        {
            await exchange.Peer.SendAsync(text);
            await exchange.Peer.SendAsync(text);
            await exchange.ResultAsync("{}");
        });
        await using var connection = await OpenAsync();

        Assert.Equal("{}", ResultOf(await CallAsync(connection)));
        Assert.StartsWith("2102 ", Assert.Single(Logged), StringComparison.Ordinal);
    }

    /// <summary>Its caller hears of it at once; the calls of others go on.</summary>
    [Fact]
    public async Task Receive_AnswerTooDeepForTheChannel_IsAnErrorOfThatCallOnly()
    {
        Upstream.On("tools/call", static exchange => exchange.ResultAsync("{\"deep\":" + new string('[', 200) + new string(']', 200) + "}"));
        await using var connection = await OpenAsync();

        Assert.Equal(-32603, (await CallAsync(connection)).Message!.ErrorCode);
        Upstream.On("tools/call", static exchange => exchange.ResultAsync("{}"));
        Assert.Equal("{}", ResultOf(await CallAsync(connection)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SendAsync_ServerGoesMidCall_FailsThisCallAndLaterOnesNeverRan(bool politely)
    {
        Upstream.On("tools/call", Silent);
        await using var connection = await OpenAsync();
        var peer = Upstream.Peers[0];
        var watch = connection.WatchAsync(new MethodListener(static _ => { }), Cancellation);
        var call = CallAsync(connection);
        await Upstream.Requests.WaitAsync("tools/call", Cancellation);
        if (politely)
        {
            await peer.CloseAsync(WebSocketCloseStatus.EndpointUnavailable);
            Assert.Equal(WebSocketCloseStatus.NormalClosure, await peer.Ended.WaitAsync(Cancellation));
        }
        else
        {
            peer.Abort();
        }

        var fault = (await call).Fault!;
        Assert.Equal((true, true), (fault.MeansDown, fault.MayHaveRun));
        var later = (await CallAsync(connection)).Fault!;
        Assert.Equal((true, false), (later.MeansDown, later.MayHaveRun));
        Assert.True((await watch)!.MeansDown);
    }

    /// <summary>Nothing but a ping without an answer tells that a machine has vanished; a slow caller must not look like that.</summary>
    [Fact]
    public async Task KeepAlive_DeafServerIsCut_ThatOfASlowCallerIsNot()
    {
        Limits.WebSocketKeepAliveInterval = TimeSpan.FromMilliseconds(200);
        Limits.WebSocketKeepAliveTimeout = TimeSpan.FromSeconds(6);
        await StartAsync(ProtocolEra.Legacy);
        Upstream.On("tools/call", static async exchange =>
        {
            for (var i = 0; i < 5; i++)
            {
                await exchange.ProgressAsync(i);
            }

            await exchange.ResultAsync("{}");
        });
        await using var alive = await OpenAsync();
        await using var deaf = await OpenAsync();
        var slow = new StuckObserver();
        var slowCall = CallAsync(alive, slow);
        await slow.Reached.WaitAsync(Cancellation);
        Upstream.On("tools/call", static exchange =>
        {
            exchange.Peer.StopReading();
            return Task.CompletedTask;
        });

        Assert.True((await CallAsync(deaf)).Fault!.MeansDown);

        slow.GoOn();
        Assert.Equal("{}", ResultOf(await slowCall));
        Assert.False(alive.HasEnded);
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task DisposeAsync_OpenSocket_TakesLeave(ProtocolEra era)
    {
        await StartAsync(era);
        var connection = await OpenAsync();
        var peer = Upstream.Peers[0];

        await connection.DisposeAsync();

        Assert.Equal(WebSocketCloseStatus.NormalClosure, await peer.Ended.WaitAsync(Cancellation));
    }

    /// <summary>A server that reads nothing can neither take leave nor take what waits to be written.</summary>
    [Fact]
    public async Task DisposeAsync_DeafServerAndAStuckWrite_EndsWithTheTime()
    {
        Limits.ProcessShutdownTimeout = TimeSpan.FromMilliseconds(100);
        await StartAsync(ProtocolEra.Modern);
        Upstream.On("tools/call", static exchange =>
        {
            exchange.Peer.StopReading();
            return Task.CompletedTask;
        });
        var connection = await OpenAsync();
        var first = CallAsync(connection);
        await Upstream.Requests.WaitAsync("tools/call", Cancellation);
        var large = new OwnRequest { Method = McpMethod.ToolsCall, Members = Message.Utf8($"\"name\":\"{new string('x', 30_000_000)}\"") };
        var stuck = connection.SendAsync(large, null, Cancellation).AsTask();

        await connection.DisposeAsync();

        Assert.False((await first).Answered);
        Assert.False((await stuck).Answered);
        Assert.True(connection.HasEnded);
    }

    private sealed class StuckObserver : IUpstreamObserver
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public void GoOn() => _goOn.TrySetResult();

        public async ValueTask NotifiedAsync(UpstreamMessage notification, CancellationToken cancellationToken)
        {
            _reached.TrySetResult();
            await _goOn.Task.WaitAsync(cancellationToken);
        }
    }
}
