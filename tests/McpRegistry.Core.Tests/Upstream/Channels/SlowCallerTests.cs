using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Protocol;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;
using McpRegistry.Upstream.Channels;
using ModelContextProtocol.Protocol;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream.Channels;

/// <summary>Callers that share a channel with one who reads slowly, or not at all.</summary>
public sealed class SlowCallerTests
{
    private static readonly OwnRequest Call = new() { Method = McpMethod.ToolsCall, Members = Message.Utf8("\"name\":\"t\"") };
    private readonly FakeTransport _transport = new();

    [Fact]
    public async Task SendAsync_AnotherCallerIsStuck_IsAnswered()
    {
        await using var connection = await OpenAsync();
        var stuck = new SlowObserver();
        var slow = connection.SendAsync(Call, stuck, CancellationToken.None).AsTask();
        Progress(await _transport.NextRequestAsync("tools/call"), 1);
        await stuck.Reached;
        var quick = connection.SendAsync(Call, null, CancellationToken.None).AsTask();
        _transport.Answer(await _transport.NextRequestAsync("tools/call"), "\"result\":{}");

        Assert.True((await quick).Answered);
        Assert.False(slow.IsCompleted);
        stuck.GoOn();
    }

    /// <summary>What waits for a slow caller is bounded: of progress the latest, of log messages the first; in order, and before the answer.</summary>
    [Fact]
    public async Task SendAsync_CallerIsSlow_HearsTheLatestProgressAndALimitedLogBeforeTheAnswer()
    {
        await using var connection = await OpenAsync();
        var observer = new SlowObserver();
        var call = connection.SendAsync(Call, observer, CancellationToken.None).AsTask();
        var request = await _transport.NextRequestAsync("tools/call");
        Progress(request, 0);
        await observer.Reached;
        for (var i = 1; i <= 500; i++)
        {
            Progress(request, i);
            _transport.Receive($$$"""{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":{{{i}}}}}""");
        }

        _transport.Answer(request, "\"result\":{}");
        await _transport.SettleAsync();
        Assert.False(call.IsCompleted);
        observer.GoOn();
        Assert.True((await call).Answered);

        var logs = observer.Heard.Where(heard => heard.Contains("data", StringComparison.Ordinal)).ToArray();
        Assert.InRange(logs.Length, 1, 100);
        Assert.Equal(Enumerable.Range(1, logs.Length).Select(i => $$"""{"level":"info","data":{{i}}}"""), logs);
        Assert.Equal(logs.Length + 2, observer.Heard.Count);
        Assert.EndsWith("\"progress\":500}", observer.Heard[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendAsync_SlowCallerGivesUp_EndsAtOnce()
    {
        await using var connection = await OpenAsync();
        using var cancellation = new CancellationTokenSource();
        var observer = new SlowObserver();
        var call = connection.SendAsync(Call, observer, cancellation.Token).AsTask();
        var request = await _transport.NextRequestAsync("tools/call");
        Progress(request, 1);
        await observer.Reached;
        Progress(request, 2);
        await _transport.SettleAsync();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        observer.GoOn();
        Assert.Single(observer.Heard);
    }

    private void Progress(JsonRpcRequest request, int progress) =>
        _transport.Receive($$$"""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":{{{request.Id}}},"progress":{{{progress}}}}}""");

    private async Task<UpstreamConnection> OpenAsync() =>
        (await ChannelConnection.OpenAsync(_transport, ClientProfile.Plain, null, TimeSpan.FromSeconds(5), 1_000_000, new ManualTimeProvider(), CancellationToken.None)).Connection!;

    private sealed class SlowObserver : IUpstreamObserver
    {
        private readonly List<string> _heard = [];
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyList<string> Heard => _heard;

        public Task Reached => _reached.Task;

        public void GoOn() => _goOn.TrySetResult();

        public async ValueTask NotifiedAsync(UpstreamMessage notification, CancellationToken cancellationToken)
        {
            _heard.Add(Message.Text(notification.Raw(notification.Params)));
            _reached.TrySetResult();
            await _goOn.Task.WaitAsync(cancellationToken);
        }
    }
}
