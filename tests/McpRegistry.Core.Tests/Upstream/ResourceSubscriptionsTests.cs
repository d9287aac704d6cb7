using System.Collections.Concurrent;
using McpRegistry.Protocol;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream;

public sealed class ResourceSubscriptionsTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly FakeConnection _connection = new();
    private readonly ConcurrentQueue<McpMethod> _sent = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private Task<UpstreamReply> _answer = Task.FromResult(FakeConnection.Result("{}"));

    public ResourceSubscriptionsTests() => _connection.Answers = (request, cancellation) =>
    {
        _sent.Enqueue(request.Method);
        _arrived.Release();
        return new(_answer.WaitAsync(cancellation));
    };

    private ResourceSubscriptions Subscriptions => _connection.Subscriptions;

    [Fact]
    public async Task AddAsync_SeveralOfOneResource_AskOnceAndLeaveOnce()
    {
        Assert.True((await Subscriptions.AddAsync("u:1", _clock)).Answered);
        Assert.True((await Subscriptions.AddAsync("u:1", _clock)).Answered);
        Subscriptions.Remove("u:1", _clock);
        Assert.Equal([McpMethod.ResourcesSubscribe], _sent);

        Subscriptions.Remove("u:1", _clock);
        await ArrivedAsync(2);
        Assert.Equal([McpMethod.ResourcesSubscribe, McpMethod.ResourcesUnsubscribe], _sent);
    }

    /// <summary>On HTTP two requests may overtake each other; the last word must be the last one sent.</summary>
    [Fact]
    public async Task AddAsync_WhileTheLastOneLeaves_WaitsForTheServersAnswer()
    {
        await Subscriptions.AddAsync("u:1", _clock);
        var gate = new TaskCompletionSource<UpstreamReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        _answer = gate.Task;
        Subscriptions.Remove("u:1", _clock);
        await ArrivedAsync(2);
        var again = Subscriptions.AddAsync("u:1", _clock);
        Assert.Equal(2, _sent.Count);

        gate.SetResult(FakeConnection.Result("{}"));
        Assert.True((await again).Answered);
        Assert.Equal([McpMethod.ResourcesSubscribe, McpMethod.ResourcesUnsubscribe, McpMethod.ResourcesSubscribe], _sent);
        Assert.Equal(1, Subscriptions.Count);
    }

    [Fact]
    public async Task RenewAsync_SessionOpenedAnew_AsksAgainOnce()
    {
        await Subscriptions.AddAsync("u:1", _clock);
        await Subscriptions.AddAsync("u:1", _clock);
        await Subscriptions.RenewAsync("u:1", _clock);
        Assert.Single(_sent);

        _connection.Reopen();
        await Task.WhenAll(Subscriptions.RenewAsync("u:1", _clock), Subscriptions.RenewAsync("u:1", _clock));
        Assert.Equal(2, _sent.Count);
    }

    [Fact]
    public async Task AddAsync_Refused_IsAskedAgainByTheNextAndNeverUnsubscribed()
    {
        _answer = Task.FromResult(FakeConnection.Error(-32602));
        Assert.True((await Subscriptions.AddAsync("u:1", _clock)).Message!.IsError);
        Subscriptions.Remove("u:1", _clock);
        _answer = Task.FromResult(FakeConnection.Result("{}"));
        Assert.False((await Subscriptions.AddAsync("u:1", _clock)).Message!.IsError);

        Assert.Equal([McpMethod.ResourcesSubscribe, McpMethod.ResourcesSubscribe], _sent);
    }

    [Fact]
    public async Task AddAsync_SilentServer_IsGivenUp()
    {
        _answer = new TaskCompletionSource<UpstreamReply>().Task;
        var adding = Subscriptions.AddAsync("u:1", _clock);
        await ArrivedAsync(1);
        _clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(McpRegistry.Discovery.FaultReasons.Timeout, (await adding).Fault!.Reason);
    }

    private async Task ArrivedAsync(int count)
    {
        while (_sent.Count < count)
        {
            await _arrived.WaitAsync(TestContext.Current.CancellationToken);
        }
    }
}
