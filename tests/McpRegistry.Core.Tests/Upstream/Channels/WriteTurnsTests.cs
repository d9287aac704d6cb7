using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using McpRegistry.Upstream.Channels;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream.Channels;

public sealed class WriteTurnsTests
{
    private readonly WriteTurns _turns = new();

    [Fact]
    public async Task WriteAsync_CallerGivesUpBeforeItsTurn_WritesNothing()
    {
        using var impatient = new CancellationTokenSource();
        var first = new TaskCompletionSource();
        var writing = _turns.WriteAsync(() => first.Task, CancellationToken.None);
        var isWritten = false;
        var second = _turns.WriteAsync(
            () =>
            {
                isWritten = true;
                return Task.CompletedTask;
            },
            impatient.Token);

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        first.SetResult();
        await writing;
        await _turns.WriteAsync(static () => Task.CompletedTask, CancellationToken.None);

        Assert.False(isWritten);
    }

    [Fact]
    public async Task WriteAsync_CallerGivesUpInItsTurn_TheNextOneWaitsForTheWholeMessage()
    {
        using var impatient = new CancellationTokenSource();
        var first = new TaskCompletionSource();
        var left = _turns.WriteAsync(() => first.Task, impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        var next = _turns.WriteAsync(static () => Task.CompletedTask, CancellationToken.None);
        Assert.False(next.IsCompleted);
        first.SetResult();

        await next;
    }

    /// <summary>Such a task is reported as a bug of the host when it is collected.</summary>
    [Fact]
    public async Task WriteAsync_FailsWhenItsCallerHasGone_LeavesNoFailureThatNobodyLooksAt()
    {
        var failure = new InvalidDataException("the connection is gone");
        var unobserved = new ConcurrentBag<Exception>();
        EventHandler<UnobservedTaskExceptionEventArgs> listen = (_, args) => args.Exception?.InnerExceptions.ToList().ForEach(unobserved.Add);
        TaskScheduler.UnobservedTaskException += listen;
        try
        {
            await Task.Run(() => LeaveAsync(failure), TestContext.Current.CancellationToken);
            await Task.Yield();
            for (var round = 0; round < 3; round++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= listen;
        }

        Assert.DoesNotContain(failure, unobserved);
    }

    /// <summary>A method of its own, so that nothing of it is held when the garbage is collected.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task LeaveAsync(Exception failure)
    {
        using var impatient = new CancellationTokenSource();
        var sent = new TaskCompletionSource();
        var left = _turns.WriteAsync(() => sent.Task, impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        sent.SetException(failure);
    }
}
