using McpRegistry.Supervision;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.Supervision;

public sealed class ConnectGateTests : IDisposable
{
    private static readonly TenantId One = new(new Guid(1, 0, 0, new byte[8]));
    private static readonly TenantId Other = new(new Guid(2, 0, 0, new byte[8]));
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);
    private readonly ManualTimeProvider _clock = new();
    private readonly ConnectGate _gate;

    public ConnectGateTests() => _gate = new ConnectGate(4, Moment, _clock);

    public void Dispose() => _gate.Dispose();

    [Fact]
    public async Task EnterAsync_PlacesAreTaken_WaitsUntilOneLeaves()
    {
        var held = await FillAsync();
        var waiting = Enter(One);
        Assert.False(waiting.IsCompleted);

        Assert.False(_gate.Leave(held[0]));
        await waiting;
    }

    /// <summary>Nobody leaves: a server that says nothing is waited for, but not by the others.</summary>
    [Fact]
    public async Task EnterAsync_MomentIsOver_DoesNotWaitForTheEnd()
    {
        var held = await FillAsync();
        var waiting = Enter(One);
        _clock.Advance(Moment);

        await waiting;
        Assert.True(_gate.Leave(held[0]));
    }

    [Fact]
    public async Task EnterAsync_Slow_ComesAfterThoseWhoCameLater()
    {
        var held = await FillAsync();
        var slow = Enter(One, isSlow: true);
        var quick = Enter(One);
        _gate.Leave(held[0]);

        await quick;
        Assert.False(slow.IsCompleted);
        _gate.Leave(held[1]);
        await slow;
    }

    [Fact]
    public async Task EnterAsync_ManySlow_LeaveAPlaceToOthers()
    {
        var slow = Enumerable.Range(0, 10).Select(_ => Enter(One, isSlow: true)).ToArray();
        await Task.WhenAll(slow.Take(3));
        Assert.Equal(3, slow.Count(static task => task.IsCompleted));

        await Enter(One);
        for (var i = 0; i < 3; i++)
        {
            _clock.Advance(Moment);
        }

        await Task.WhenAll(slow);
    }

    /// <summary>The first tenant came first with more than there is room for.</summary>
    [Fact]
    public async Task EnterAsync_OfAnotherTenant_IsNotBehindAllOfTheFirst()
    {
        var held = await FillAsync();
        var first = Enumerable.Range(0, 10).Select(_ => Enter(One)).ToArray();
        var other = Enter(Other);
        _gate.Leave(held[0]);

        await other;
        Assert.DoesNotContain(first, static task => task.IsCompleted);
    }

    /// <summary>Turns that end at once hold nothing that could be compared.</summary>
    [Fact]
    public async Task EnterAsync_QuickTurns_GoRoundAmongTenants()
    {
        using var gate = new ConnectGate(1, Moment, _clock);
        var held = await gate.EnterAsync(One, isSlow: false, CancellationToken.None);
        var first = Enumerable.Range(0, 2).Select(_ => gate.EnterAsync(One, isSlow: false, CancellationToken.None).AsTask()).ToArray();
        var other = Enumerable.Range(0, 2).Select(_ => gate.EnterAsync(Other, isSlow: false, CancellationToken.None).AsTask()).ToArray();
        foreach (var next in new[] { first[0], other[0], first[1], other[1] })
        {
            gate.Leave(held);
            held = await next;
        }
    }

    [Fact]
    public async Task EnterAsync_GivenUp_TakesNoPlace()
    {
        var held = await FillAsync();
        using var ending = new CancellationTokenSource();
        var waiting = _gate.EnterAsync(One, isSlow: false, ending.Token).AsTask();
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        var next = Enter(One);
        _gate.Leave(held[0]);
        await next;
    }

    /// <summary>The moment of whoever is first may end between two looks at the clock; a timer that is told so throws, or never ends.</summary>
    [Fact]
    public async Task EnterAsync_MomentEndsWhileItIsLookedAt_IsWaitedForAllTheSame()
    {
        var clock = new SteppingTimeProvider(Moment * 0.6);
        using var gate = new ConnectGate(1, Moment, clock);
        await gate.EnterAsync(One, isSlow: false, CancellationToken.None);
        using var ending = new CancellationTokenSource();
        var waiting = gate.EnterAsync(One, isSlow: false, ending.Token).AsTask();
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        Assert.Equal(TimeSpan.FromMilliseconds(1), Assert.Single(clock.Timers));
    }

    private Task<ConnectTurn> Enter(TenantId tenant, bool isSlow = false) => _gate.EnterAsync(tenant, isSlow, CancellationToken.None).AsTask();

    private Task<ConnectTurn[]> FillAsync() => Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Enter(One)));
}
