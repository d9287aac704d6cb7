using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Upstream;
using McpRegistry.Upstream.Channels;
using McpRegistry.TestSupport;
using ModelContextProtocol.Protocol;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream.Channels;

public sealed class ChannelConnectionTests
{
    private static readonly OwnRequest Call = new() { Method = McpMethod.ToolsCall, Members = Message.Utf8("\"name\":\"t\"") };
    private readonly FakeTransport _transport = new();

    [Fact]
    public async Task SendAsync_AnswersOutOfOrder_ReachTheirCallers()
    {
        await using var connection = await OpenAsync();
        var calls = Enumerable.Range(0, 20).Select(_ => connection.SendAsync(Call, null, CancellationToken.None).AsTask()).ToArray();
        var requests = new List<JsonRpcRequest>();
        foreach (var _ in calls)
        {
            requests.Add(await _transport.NextRequestAsync("tools/call"));
        }

        _transport.Receive("""{"jsonrpc":"2.0","id":999999,"result":{"stray":true}}""");
        _transport.Receive("""{"jsonrpc":"2.0","id":"1","result":{"stray":true}}""");
        foreach (var request in requests.AsEnumerable().Reverse())
        {
            _transport.Answer(request, $$$"""
                "result":{"for":{{{request.Id}}}}
                """);
        }

        var answers = await Task.WhenAll(calls);
        Assert.All(answers, answer => Assert.Equal($$"""{"for":{{answer.Message!.NumericId}}}""", Message.Text(answer.Message.Raw(answer.Message.Result))));
        Assert.Equal(20, answers.Select(answer => answer.Message!.NumericId).Distinct().Count());
    }

    [Fact]
    public async Task SendAsync_Progress_GoesToTheCallOfItsToken()
    {
        await using var connection = await OpenAsync();
        var (first, second) = (new RecordingObserver(), new RecordingObserver());
        _ = connection.SendAsync(Call, first, CancellationToken.None).AsTask();
        var one = await _transport.NextRequestAsync("tools/call");
        _ = connection.SendAsync(Call, second, CancellationToken.None).AsTask();
        var two = await _transport.NextRequestAsync("tools/call");

        _transport.Receive($$$"""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":{{{two.Id}}},"progress":1}}""");
        _transport.Receive("""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"x","progress":1}}""");
        _transport.Receive("""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":77777,"progress":1}}""");
        await _transport.SettleAsync();

        Assert.Empty(first.Heard);
        Assert.Single(second.Heard);
        Assert.NotEqual(one.Id, two.Id);
    }

    [Fact]
    public async Task SendAsync_LogMessage_GoesOnlyWhereItCanBelongToNobodyElse()
    {
        const string Log = """{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}}""";
        await using var connection = await OpenAsync();
        var (first, second) = (new RecordingObserver(), new RecordingObserver());
        var call = connection.SendAsync(Call, first, CancellationToken.None).AsTask();
        var one = await _transport.NextRequestAsync("tools/call");
        _transport.Receive(Log);
        await _transport.SettleAsync();
        _ = connection.SendAsync(Call, second, CancellationToken.None).AsTask();
        await _transport.NextRequestAsync("tools/call");
        _transport.Receive(Log);
        await _transport.SettleAsync();
        _transport.Answer(one, "\"result\":{}");
        await call;
        _transport.Receive(Log);
        await _transport.SettleAsync();

        Assert.Single(first.Heard);
        Assert.Single(second.Heard);
    }

    /// <summary>A modern server is listened to for as long as it lives; log messages never belong to that request.</summary>
    [Fact]
    public async Task SendAsync_LogMessageBesideTheWatch_GoesToTheOnlyCall()
    {
        var transport = new FakeTransport
        {
            Discover = """
                "result":{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"logging":{}}}
                """,
        };
        await using var connection = (await ChannelConnection.OpenAsync(
            transport, ClientProfile.Plain, null, TimeSpan.FromSeconds(5), 1_000_000, new ManualTimeProvider(), CancellationToken.None)).Connection!;
        var watch = connection.WatchAsync(new MethodListener(_ => { }), CancellationToken.None);
        await transport.NextRequestAsync("subscriptions/listen");
        var observer = new RecordingObserver();
        _ = connection.SendAsync(Call, observer, CancellationToken.None).AsTask();
        await transport.NextRequestAsync("tools/call");

        transport.Receive("""{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}}""");
        await transport.SettleAsync();

        Assert.Single(observer.Heard);
        Assert.False(watch.IsCompleted);
    }

    [Fact]
    public async Task SendAsync_NotificationsAfterTheAnswer_ReachNobody()
    {
        await using var connection = await OpenAsync();
        var observer = new RecordingObserver();
        var call = connection.SendAsync(Call, observer, CancellationToken.None).AsTask();
        var request = await _transport.NextRequestAsync("tools/call");

        // In one go, so that the reader may be faster than the caller.
        _transport.Answer(request, "\"result\":{}");
        for (var i = 0; i < 100; i++)
        {
            _transport.Receive($$$"""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":{{{request.Id}}},"progress":{{{i}}}}}""");
        }

        await _transport.SettleAsync();
        await call;

        Assert.Empty(observer.Heard);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/progress"}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/message"}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/unheard/of"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":5,"result":null}""")]
    [InlineData("""{"jsonrpc":"2.0","id":5,"result":[1]}""")]
    public async Task SendAsync_OddMessageBefore_AnswerStillArrives(string odd)
    {
        await using var connection = await OpenAsync();
        var call = connection.SendAsync(Call, new RecordingObserver(), CancellationToken.None).AsTask();
        var request = await _transport.NextRequestAsync("tools/call");
        _transport.Receive(odd);
        _transport.Answer(request, "\"result\":{}");

        Assert.True((await call).Answered);
    }

    /// <summary>A client that cannot be written to must not take the channel down for all others.</summary>
    [Fact]
    public async Task SendAsync_ObserverFails_OthersGoOn()
    {
        await using var connection = await OpenAsync();
        foreach (var failure in new Exception[] { new IOException(), new InvalidOperationException(), new ObjectDisposedException("x"), new OperationCanceledException() })
        {
            var call = connection.SendAsync(Call, new RecordingObserver(failure), CancellationToken.None).AsTask();
            var request = await _transport.NextRequestAsync("tools/call");
            _transport.Receive($$$"""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":{{{request.Id}}},"progress":1}}""");
            _transport.Answer(request, "\"result\":{}");

            Assert.True((await call).Answered);
        }
    }

    [Fact]
    public async Task Requests_OfTheServer_AreAnswered()
    {
        await using var connection = await OpenAsync();

        _transport.Receive("""{"jsonrpc":"2.0","id":"p","method":"ping"}""");
        Assert.Equal("p", Assert.IsType<JsonRpcResponse>(await _transport.NextAnswerAsync()).Id.ToString());
        _transport.Receive("""{"jsonrpc":"2.0","id":8,"method":"sampling/createMessage","params":{}}""");
        Assert.Equal(-32601, Assert.IsType<JsonRpcError>(await _transport.NextAnswerAsync()).Error.Code);
    }

    [Fact]
    public async Task SendAsync_PeerEnds_FailsAllPendingAndLaterCallsNeverRan()
    {
        await using var connection = await OpenAsync();
        var calls = Enumerable.Range(0, 5).Select(_ => connection.SendAsync(Call, null, CancellationToken.None).AsTask()).ToArray();
        foreach (var _ in calls)
        {
            await _transport.NextRequestAsync("tools/call");
        }

        _transport.End(new IOException("the process said goodbye"));

        Assert.All(await Task.WhenAll(calls), reply => Assert.Equal((FaultReasons.ProcessExited, true), (reply.Fault!.Reason, reply.Fault.MayHaveRun)));
        var later = await connection.SendAsync(Call, null, CancellationToken.None);
        Assert.Equal((FaultReasons.ProcessExited, false), (later.Fault!.Reason, later.Fault.MayHaveRun));
        Assert.Equal(FaultReasons.ProcessExited, (await connection.WatchAsync(new MethodListener(_ => { }), CancellationToken.None))!.Reason);
    }

    [Fact]
    public async Task SendAsync_PeerEndsInAnyWay_IsNoticed()
    {
        await using var connection = await OpenAsync();
        var call = connection.SendAsync(Call, null, CancellationToken.None).AsTask();
        await _transport.NextRequestAsync("tools/call");
        _transport.End(new InvalidOperationException("a transport's own bug"));

        Assert.Equal(FaultReasons.ProcessExited, (await call).Fault!.Reason);
    }

    [Fact]
    public async Task SendAsync_OversizeAnswer_IsTooLargeAndOthersGoOn()
    {
        await using var connection = await OpenAsync(maxBytes: 1000);
        var call = connection.SendAsync(Call, null, CancellationToken.None).AsTask();
        _transport.Answer(await _transport.NextRequestAsync("tools/call"), $$$"""
            "result":{"text":"{{{new string('x', 2000)}}}"}
            """);

        Assert.Equal(FaultReasons.TooLarge, (await call).Fault!.Reason);
        var next = connection.SendAsync(Call, null, CancellationToken.None).AsTask();
        _transport.Answer(await _transport.NextRequestAsync("tools/call"), "\"result\":{}");
        Assert.True((await next).Answered);
    }

    [Fact]
    public async Task SendAsync_AnswerOverTheLimitOfTheRequest_IsTooLarge()
    {
        await using var connection = await OpenAsync();
        var call = connection.SendAsync(new OwnRequest { Method = McpMethod.ToolsList, MaxAnswerBytes = 100 }, null, CancellationToken.None).AsTask();
        _transport.Answer(await _transport.NextRequestAsync("tools/list"), $$$"""
            "result":{"text":"{{{new string('x', 2000)}}}"}
            """);

        Assert.Equal(FaultReasons.TooLarge, (await call).Fault!.Reason);
    }

    /// <summary>The transport's types read half a surrogate pair and cannot write it; that is one answer's fault and not the channel's.</summary>
    [Fact]
    public async Task Receive_AnswerThatIsNoUnicode_FailsItsCallOnly()
    {
        await using var connection = await OpenAsync();
        var odd = connection.SendAsync(Call, null, CancellationToken.None).AsTask();
        var first = await _transport.NextRequestAsync("tools/call");
        var other = connection.SendAsync(Call, null, CancellationToken.None).AsTask();
        var second = await _transport.NextRequestAsync("tools/call");
        _transport.Receive("""{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"\ud800"}}""");
        _transport.Answer(first, """
            "result":{"text":"\udc00"}
            """);
        _transport.Answer(second, """
            "result":{}
            """);

        Assert.Equal(FaultReasons.ProtocolError, (await odd).Fault?.Reason);
        Assert.True((await other).Answered);
        Assert.False(connection.HasEnded);
    }

    /// <summary>The transport cannot write half a surrogate pair; that is the caller's doing and must not cost the others their process.</summary>
    [Fact]
    public async Task SendAsync_TextThatIsNoUnicode_DoesNotMeanDown()
    {
        await using var connection = await OpenAsync();
        _transport.SendFailure = new IOException("the transport fails");
        var call = new OwnRequest { Method = McpMethod.ToolsCall, Members = Message.Utf8("\"name\":\"\\ud800\"") };

        var fault = (await connection.SendAsync(call, null, CancellationToken.None)).Fault!;

        Assert.Equal((FaultReasons.NotCarried, false, false), (fault.Reason, fault.MeansDown, fault.MayHaveRun));
    }

    [Fact]
    public async Task SendAsync_Cancelled_TellsTheServer()
    {
        await using var connection = await OpenAsync();
        using var cancellation = new CancellationTokenSource();
        var call = connection.SendAsync(Call, null, cancellation.Token).AsTask();
        var request = await _transport.NextRequestAsync("tools/call");
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(request.Id.ToString(), (await _transport.NextAsync("notifications/cancelled"))["params"]!["requestId"]!.ToJsonString());
    }

    [Fact]
    public async Task SendAsync_CancelledBeforeOnDisposedConnection_ThrowsOnlyCancellation()
    {
        var connection = await OpenAsync();
        await connection.DisposeAsync();
        await connection.DisposeAsync();
        var reply = await connection.SendAsync(Call, null, CancellationToken.None);
        _transport.SendFailure = new OperationCanceledException();

        Assert.Equal(FaultReasons.ProcessExited, reply.Fault!.Reason);
        Assert.False((await connection.SendAsync(Call, null, new CancellationToken(canceled: true))).Answered);
        Assert.Equal(1, _transport.Disposals);
    }

    /// <summary>The transports of the SDK carry no deeper message; that is the message's fault, not the server's.</summary>
    [Fact]
    public async Task SendAsync_MessageTooDeepForTheChannel_DoesNotMeanDown()
    {
        await using var connection = await OpenAsync();
        var deep = new OwnRequest
        {
            Method = McpMethod.ToolsCall,
            Members = Message.Utf8("\"a\":" + new string('[', 120) + new string(']', 120)),
        };

        var reply = await connection.SendAsync(deep, null, CancellationToken.None);

        Assert.False(reply.Fault!.MeansDown);
        Assert.False(reply.Fault.MayHaveRun);
    }

    [Fact]
    public async Task SendAsync_LogLevel_IsSetOnceAndOnlyRaised()
    {
        await using var connection = await OpenAsync();
        foreach (var (level, sets) in new[] { (LogLevel.Warning, true), (LogLevel.Error, false), (LogLevel.Warning, false), (LogLevel.Debug, true) })
        {
            var call = connection.SendAsync(new OwnRequest { Method = McpMethod.ToolsCall, LogLevel = level }, null, CancellationToken.None).AsTask();
            if (sets)
            {
                _transport.Answer(await _transport.NextRequestAsync("logging/setLevel"), "\"result\":{}");
            }

            // Were a level set that should not be, the call would wait for its answer in vain.
            _transport.Answer(await _transport.NextRequestAsync("tools/call"), "\"result\":{}");
            Assert.True((await call).Answered);
        }
    }

    /// <summary>A child that asks and never reads must not fill the memory with answers.</summary>
    [Theory]
    [InlineData("ping", 1, 2_048)]
    [InlineData("roots/list", 1, 2_048)]
    [InlineData("ping", 100_000, 10)]
    public async Task Receive_QuestionsOfAServerThatReadsNoAnswers_EndTheConnection(string method, int idLength, int mostWaiting)
    {
        var connection = await OpenAsync();
        var watch = connection.WatchAsync(new MethodListener(_ => { }), CancellationToken.None);
        var call = connection.SendAsync(Call, null, CancellationToken.None).AsTask();
        await _transport.NextRequestAsync("tools/call");
        _transport.IsStuck = true;
        var id = new string('i', idLength);
        for (var i = 0; i < 2_500; i++)
        {
            _transport.Receive($$"""{"jsonrpc":"2.0","id":"{{id}}","method":"{{method}}"}""");
        }

        Assert.True((await watch)!.MeansDown);
        Assert.True((await call).Fault!.MeansDown);
        Assert.True(connection.HasEnded);
        Assert.InRange(_transport.Waiting, 1, mostWaiting);

        await connection.DisposeAsync();
        Assert.Equal(1, _transport.Disposals);
    }

    [Fact]
    public async Task Receive_ManyQuestionsOfAServerThatReadsTheAnswers_AreAllAnswered()
    {
        await using var connection = await OpenAsync();
        for (var i = 0; i < 10_000; i++)
        {
            _transport.Receive("""{"jsonrpc":"2.0","id":1,"method":"ping"}""");
        }

        await _transport.SettleAsync();
        Assert.False(connection.HasEnded);
    }

    [Fact]
    public async Task OpenAsync_SilenceOnProbe_InitializesAfterTheTimeout()
    {
        var clock = new ManualTimeProvider();
        var transport = new FakeTransport { Discover = null };
        var opening = ChannelConnection.OpenAsync(transport, ClientProfile.Plain, null, TimeSpan.FromSeconds(5), 10_000, clock, CancellationToken.None).AsTask();
        await transport.NextRequestAsync("server/discover");
        clock.Advance(TimeSpan.FromSeconds(5));

        await using var connection = (await opening).Connection!;
        Assert.Equal("2025-06-18", connection.Handshake.Revision);
    }

    [Fact]
    public async Task OpenAsync_Cancelled_DisposesTheTransport()
    {
        var transport = new FakeTransport { Initialize = null };
        using var cancellation = new CancellationTokenSource();
        var opening = ChannelConnection.OpenAsync(transport, ClientProfile.Plain, null, TimeSpan.FromSeconds(5), 10_000, new ManualTimeProvider(), cancellation.Token).AsTask();
        await transport.NextRequestAsync("initialize");
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
        Assert.Equal(1, transport.Disposals);
    }

    [Theory]
    [InlineData("\"error\":{\"code\":-32602,\"message\":\"no\"}")]
    [InlineData("\"result\":{}")]
    public async Task OpenAsync_InitializeRefused_DisposesTheTransport(string answer)
    {
        var transport = new FakeTransport { Initialize = answer };

        var opened = await ChannelConnection.OpenAsync(transport, ClientProfile.Plain, null, TimeSpan.FromSeconds(5), 10_000, new ManualTimeProvider(), CancellationToken.None);

        Assert.Equal(FaultReasons.ProtocolError, opened.Fault!.Reason);
        Assert.Equal(1, transport.Disposals);
    }

    private async Task<UpstreamConnection> OpenAsync(int maxBytes = 1_000_000) =>
        (await ChannelConnection.OpenAsync(_transport, ClientProfile.Plain, null, TimeSpan.FromSeconds(5), maxBytes, new ManualTimeProvider(), CancellationToken.None)).Connection!;
}
