using McpRegistry.Upstream.Channels;
using ModelContextProtocol.Protocol;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream.Channels;

public sealed class MessageBacklogTests
{
    private static readonly JsonRpcNotification Note = new() { Method = "n" };
    private readonly MessageBacklog _backlog = new(10_000);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddAsync_Full_WaitsUntilEnoughWasRead()
    {
        await AddAsync(4_000);
        await AddAsync(4_000);
        var third = AddAsync(4_000);

        Assert.False(third.IsCompleted);
        Assert.True(_backlog.TryRead(out _));
        await third;
        var fourth = AddAsync(4_000);
        Assert.False(fourth.IsCompleted);
        Assert.True(_backlog.TryRead(out _));
        await fourth;
    }

    [Fact]
    public async Task AddAsync_LargerThanTheBound_FitsAlone()
    {
        await AddAsync(50_000);
        var next = AddAsync(0);

        Assert.False(next.IsCompleted);
        Assert.True(_backlog.TryRead(out _));
        await next;
    }

    /// <summary>Small messages hold memory too.</summary>
    [Fact]
    public void AddAsync_EmptyMessages_AreBoundedAsWell()
    {
        var added = 0;
        while (AddAsync(0).IsCompletedSuccessfully)
        {
            added++;
            Assert.InRange(added, 1, 100);
        }

        Assert.InRange(added, 2, 100);
    }

    [Fact]
    public async Task AddAsync_CancelledWhileFull_AddsNothing()
    {
        await AddAsync(10_000);
        using var cancellation = new CancellationTokenSource();
        var waiting = _backlog.AddAsync(Note, 1, cancellation.Token).AsTask();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.True(_backlog.TryRead(out _));
        Assert.False(_backlog.TryRead(out _));
    }

    [Fact]
    public async Task Complete_WithMessagesLeft_GivesThemFirst()
    {
        await AddAsync(1);
        _backlog.Complete(new IOException("over"));

        Assert.True(await _backlog.WaitToReadAsync(Cancellation));
        Assert.True(_backlog.TryRead(out _));
        await Assert.ThrowsAsync<IOException>(async () => await _backlog.WaitToReadAsync(Cancellation));
        await Assert.ThrowsAsync<IOException>(() => _backlog.Completion);
    }

    private Task AddAsync(int bytes) => _backlog.AddAsync(Note, bytes, Cancellation).AsTask();
}
