using McpRegistry.Resilience;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.Resilience;

public sealed class CallGateTests
{
    private readonly ManualTimeProvider _clock = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Leave_OthersWait_GoesByPriorityAndOrder()
    {
        var gate = Create(1, 10);
        Assert.True(gate.TryEnter());
        var entered = new List<string>();
        CallPriority[] priorities = [CallPriority.Low, CallPriority.Normal, CallPriority.High, CallPriority.Normal, CallPriority.High, CallPriority.Low];
        var waits = priorities.Select((priority, i) => WaitAsync($"{priority}{i}", priority)).ToArray();
        Assert.Equal((1, 6), (gate.Running, gate.Waiting));

        gate.Leave();
        await Task.WhenAll(waits);

        Assert.Equal(["High2", "High4", "Normal1", "Normal3", "Low0", "Low5"], entered);
        Assert.Equal((0, 0), (gate.Running, gate.Waiting));

        async Task WaitAsync(string name, CallPriority priority)
        {
            Assert.Equal(GateOutcome.Entered, await gate.EnterAsync(priority, gate.Dismissals, Cancellation));
            entered.Add(name);
            gate.Leave();
        }
    }

    [Fact]
    public async Task EnterAsync_QueueIsFull_RefusesAtOnceOrSendsALesserCallAway()
    {
        var gate = Create(1, 2);
        Assert.True(gate.TryEnter());
        var low = gate.EnterAsync(CallPriority.Low, gate.Dismissals, Cancellation).AsTask();
        var normal = gate.EnterAsync(CallPriority.Normal, gate.Dismissals, Cancellation).AsTask();

        Assert.Equal(GateOutcome.Full, await gate.EnterAsync(CallPriority.Low, gate.Dismissals, Cancellation));
        var high = gate.EnterAsync(CallPriority.High, gate.Dismissals, Cancellation).AsTask();
        Assert.Equal(GateOutcome.Full, await low);
        Assert.Equal(GateOutcome.Full, await gate.EnterAsync(CallPriority.Normal, gate.Dismissals, Cancellation));
        Assert.Equal(2, gate.Waiting);
        gate.Leave();
        Assert.Equal(GateOutcome.Entered, await high);
        gate.Leave();
        Assert.Equal(GateOutcome.Entered, await normal);
    }

    [Fact]
    public async Task Dismiss_CallsWait_SendsThemAwayAndLeavesThePlaces()
    {
        var gate = Create(1, 2);
        Assert.True(gate.TryEnter());
        var before = gate.Dismissals;
        Task<GateOutcome>[] waiting = [.. new[] { CallPriority.Low, CallPriority.High }.Select(priority => gate.EnterAsync(priority, before, Cancellation).AsTask())];

        gate.Dismiss();

        Assert.Equal([GateOutcome.Dismissed, GateOutcome.Dismissed], await Task.WhenAll(waiting));
        Assert.Equal((1, 0), (gate.Running, gate.Waiting));

        // Who looked at the server before has to look again, and who looked since then waits.
        Assert.Equal(GateOutcome.Dismissed, await gate.EnterAsync(CallPriority.Normal, before, Cancellation));
        var next = gate.EnterAsync(CallPriority.Normal, gate.Dismissals, Cancellation).AsTask();
        gate.Leave();
        Assert.Equal(GateOutcome.Entered, await next);
    }

    [Fact]
    public async Task EnterAsync_CallerGivesUpOrTimePasses_LeavesTheQueue()
    {
        var gate = Create(1, 2);
        Assert.True(gate.TryEnter());
        using var caller = new CancellationTokenSource();
        var cancelled = gate.EnterAsync(CallPriority.Normal, gate.Dismissals, caller.Token).AsTask();
        var late = gate.EnterAsync(CallPriority.Normal, gate.Dismissals, Cancellation).AsTask();

        await caller.CancelAsync();
        Assert.Equal(GateOutcome.Late, await cancelled);
        Assert.Equal(1, gate.Waiting);
        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(GateOutcome.Late, await late);
        gate.Leave();
        Assert.Equal((0, 0), (gate.Running, gate.Waiting));
        Assert.True(gate.TryEnter());
    }

    [Fact]
    public async Task Facts_CallsWait_CountThemAndHowLong()
    {
        var gate = Create(1, 2);
        Assert.Equal(new GateFacts(0, 0, 2, true, 0, 0, null, null), gate.Facts);
        Assert.True(gate.TryEnter());
        var first = gate.EnterAsync(CallPriority.Normal, gate.Dismissals, Cancellation).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(2));
        var second = gate.EnterAsync(CallPriority.Normal, gate.Dismissals, Cancellation).AsTask();
        Assert.Equal(GateOutcome.Full, await gate.EnterAsync(CallPriority.Normal, gate.Dismissals, Cancellation));
        Assert.Equal(new GateFacts(1, 2, 2, false, 2, 0, null, null), gate.Facts);

        gate.Leave();
        await first;
        var firstLetIn = _clock.GetUtcNow();
        Assert.Equal(new GateFacts(1, 1, 2, true, 2, 0, firstLetIn, TimeSpan.FromSeconds(2)), gate.Facts);

        _clock.Advance(TimeSpan.FromSeconds(4));
        gate.Leave();
        await second;
        gate.Leave();
        gate.NoteTimeout();
        Assert.Equal(new GateFacts(0, 0, 2, true, 2, 1, firstLetIn.AddSeconds(4), TimeSpan.FromSeconds(3)), gate.Facts);
    }

    /// <summary>No place is lost and none is given twice, whatever crosses whatever.</summary>
    [Fact]
    public async Task Gate_ManyCallsOfWhichSomeGiveUp_KeepsItsLimitAndLosesNoPlace()
    {
        const int Limit = 4;
        var gate = Create(Limit, 50);
        var (inside, most, entered) = (0, 0, 0);
        await Task.WhenAll(Enumerable.Range(0, 64).Select(worker => Task.Run(
            async () =>
            {
                for (var i = 0; i < 500; i++)
                {
                    using var caller = new CancellationTokenSource();
                    var waiting = gate.EnterAsync((CallPriority)((worker + i) % 3), gate.Dismissals, caller.Token);
                    if ((worker + i) % 5 == 0)
                    {
                        await caller.CancelAsync();
                    }

                    if (await waiting != GateOutcome.Entered)
                    {
                        continue;
                    }

                    var now = Interlocked.Increment(ref inside);
                    InterlockedMax(ref most, now);
                    Interlocked.Increment(ref entered);
                    await Task.Yield();
                    Interlocked.Decrement(ref inside);
                    gate.Leave();
                }
            },
            Cancellation)));

        Assert.Equal((0, 0), (gate.Running, gate.Waiting));
        Assert.InRange(most, 1, Limit);
        Assert.True(entered > 500);
    }

    [Fact]
    public async Task Resize_Grows_LetsThoseInThatWait()
    {
        var gate = Create(1, 10);
        Assert.True(gate.TryEnter());
        var low = gate.EnterAsync(CallPriority.Low, gate.Dismissals, Cancellation).AsTask();
        var normal = gate.EnterAsync(CallPriority.Normal, gate.Dismissals, Cancellation).AsTask();
        var high = gate.EnterAsync(CallPriority.High, gate.Dismissals, Cancellation).AsTask();

        gate.Resize(3);

        Assert.Equal([GateOutcome.Entered, GateOutcome.Entered], await Task.WhenAll(high, normal));
        Assert.Equal((3, 1), (gate.Running, gate.Waiting));
        gate.Resize(10);
        Assert.Equal(GateOutcome.Entered, await low);
        Assert.Equal((4, 0), (gate.Running, gate.Waiting));
    }

    [Fact]
    public async Task Resize_Shrinks_LetsNobodyInUntilThereIsRoom()
    {
        var gate = Create(3, 10);
        Assert.True(gate.TryEnter() && gate.TryEnter() && gate.TryEnter());
        gate.Resize(1);
        var waiting = gate.EnterAsync(CallPriority.Normal, gate.Dismissals, Cancellation).AsTask();

        gate.Leave();
        gate.Leave();
        Assert.Equal((1, 1, false), (gate.Running, gate.Waiting, waiting.IsCompleted));
        gate.Leave();

        Assert.Equal(GateOutcome.Entered, await waiting);
        Assert.Equal((1, 0), (gate.Running, gate.Waiting));
        gate.Leave();
        Assert.Equal((0, 0), (gate.Running, gate.Waiting));
    }

    /// <summary>No place is lost and none is given twice, whatever crosses a change of the bounds.</summary>
    [Fact]
    public async Task Resize_WhileCallsComeAndGo_LosesNoPlace()
    {
        var gate = Create(1, 100);
        var inside = 0;
        var calls = Task.WhenAll(Enumerable.Range(0, 32).Select(worker => Task.Run(
            async () =>
            {
                for (var i = 0; i < 500; i++)
                {
                    if (!gate.TryEnter() && await gate.EnterAsync((CallPriority)(i % 3), gate.Dismissals, Cancellation) != GateOutcome.Entered)
                    {
                        continue;
                    }

                    Interlocked.Increment(ref inside);
                    await Task.Yield();
                    Interlocked.Decrement(ref inside);
                    gate.Leave();
                }
            },
            Cancellation)));
        for (var i = 0; !calls.IsCompleted; i++)
        {
            gate.Resize(1 + (i % 5));
            await Task.Yield();
        }

        await calls;
        Assert.Equal((0, 0, 0), (gate.Running, gate.Waiting, inside));
    }

    [Fact]
    public void TryEnter_Room_AllocatesNothing()
    {
        var gate = Create(1, 10);

        Assert.Equal(0, Allocations.Of(() =>
        {
            _ = gate.TryEnter();
            gate.Leave();
        }));
    }

    private static void InterlockedMax(ref int most, int value)
    {
        while (Volatile.Read(ref most) is var seen && seen < value && Interlocked.CompareExchange(ref most, value, seen) != seen)
        {
            // Another was faster.
        }
    }

    private CallGate Create(int limit, int queued) => new(limit, new QueueOptions { MaxQueued = queued }, _clock);
}
