using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Core.Tests.Tenancy;
using McpRegistry.Gateway;
using McpRegistry.Gateway.Active;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.Gateway.Active;

public sealed class ActiveCallsTests
{
    private static readonly TenantId Other = new(new Guid(7, 0, 0, new byte[8]));

    private readonly ManualTimeProvider _clock = new();
    private readonly GatewayFixture _gateway = new();
    private readonly ActiveCalls _calls;

    public ActiveCallsTests() => _calls = new ActiveCalls(_clock);

    [Fact]
    public void Read_SomeHaveLeft_ReturnsTheOthersInTheOrderOfTheirBeginning()
    {
        var calls = Enumerable.Range(0, 50).Select(_ => Enter()).ToArray();
        foreach (var left in calls.Where(static (_, i) => i % 3 == 0))
        {
            _calls.Leave(left);
            _calls.Leave(left);
        }

        Assert.Equal(calls.Where(static (_, i) => i % 3 != 0), _calls.Read(static _ => true));
        Assert.Equal(33, _calls.Count);
        Assert.Empty(_calls.Read(static _ => false));
    }

    [Fact]
    public void Leave_NeverCame_IsNothing()
    {
        using var deadline = new CallDeadline(new GatewayOptions(), _clock, CancellationToken.None);

        _calls.Leave(deadline);

        Assert.Equal(0, _calls.Count);
    }

    [Fact]
    public void Find_Id_IsTheCallWhileItIsThere()
    {
        var calls = Enumerable.Range(0, 40).Select(_ => Enter()).ToArray();

        Assert.All(calls, call => Assert.Same(call, _calls.Find(_calls.IdOf(call))));
        _calls.Leave(calls[7]);
        Assert.Null(_calls.Find(_calls.IdOf(calls[7])));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("00000000-1")]
    [InlineData("{0}")]
    [InlineData("{0}-")]
    [InlineData("{0}--1")]
    [InlineData("{0}-1 ")]
    [InlineData("{0}-x")]
    [InlineData("{0}-1ffffffffffffffff")]
    public void Find_NoId_IsNothing(string id)
    {
        var prefix = _calls.IdOf(Enter())[..^2];

        Assert.Null(_calls.Find(id.Replace("{0}", prefix, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task EnterAndLeave_AtOnce_LeaveNothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 5_000; i++)
            {
                _calls.Leave(Enter());
            }
        })));

        Assert.Equal(0, _calls.Count);
        Assert.Empty(_calls.Read(static _ => true));
    }

    [Fact]
    public void EnterAndLeave_Allocate_Nothing()
    {
        var call = _gateway.Call("tools/call", "{}");
        using var deadline = new CallDeadline(new GatewayOptions(), _clock, CancellationToken.None);

        Assert.Equal(0, Allocations.Of(() =>
        {
            _calls.Enter(deadline, call);
            _calls.Leave(deadline);
        }));
    }

    /// <summary>The suspension may come between the decision that let the call in and its place in the list.</summary>
    [Theory]
    [InlineData(TenantStatus.Suspended, true)]
    [InlineData(TenantStatus.Disabled, true)]
    [InlineData(TenantStatus.Active, false)]
    [InlineData(null, false)]
    public void Enter_TenantOfTheServerWasShutOutMeanwhile_IsCancelled(TenantStatus? status, bool isCancelled)
    {
        var tenants = new TenantDirectory();
        var call = _gateway.Call("tools/call", "{}");
        call.Target = SnapshotSample.Entry("a", [], tenant: Other);
        if (status is { } known)
        {
            tenants.Put(new Tenant { Id = Other, Slug = "o", Name = "O", Status = known, CreatedAt = _clock.GetUtcNow(), UpdatedAt = _clock.GetUtcNow(), Version = 1 });
        }

        using var deadline = new CallDeadline(new GatewayOptions(), _clock, CancellationToken.None);
        new ActiveCalls(_clock, tenants).Enter(deadline, call);

        Assert.Equal((isCancelled, isCancelled), (deadline.IsCancelled, deadline.Token.IsCancellationRequested));
    }

    [Fact]
    public void Replace_Call_GoesOnUnderItsIdAndAge()
    {
        var (call, others) = (Enter(), Enumerable.Range(0, 40).Select(_ => Enter()).ToArray());
        var (id, startedAt) = (_calls.IdOf(call), call.StartedAt);
        _clock.Advance(TimeSpan.FromSeconds(5));
        var (successor, request) = (Deadline(), _gateway.Call("tools/call", "{}"));

        _calls.Replace(call, successor, request);
        _calls.Leave(call);

        Assert.Same(successor, _calls.Find(id));
        Assert.Equal((id, startedAt, request), (_calls.IdOf(successor), successor.StartedAt, successor.Call));
        Assert.Equal([successor, .. others], _calls.Read(static _ => true));
        Assert.Equal(41, _calls.Count);
        _calls.Leave(successor);
        Assert.Equal((null, 40), (_calls.Find(id), _calls.Count));
    }

    /// <summary>Between the look for a call and its cancellation there is the commit of an audit event, in which it may go on as another one.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Cancel_CallThatGoesOnAsAnother_ReachesThat(bool before, bool after)
    {
        var found = _calls.Find(_calls.IdOf(Enter()))!;
        var successor = Deadline();
        if (before)
        {
            _calls.Cancel(found);
        }

        _calls.Replace(found, successor, _gateway.Call("tools/call", "{}"));
        Assert.Equal(before, successor.IsCancelled);
        if (after)
        {
            _calls.Cancel(found);
        }

        Assert.Equal((true, true), (successor.IsCancelled, successor.Token.IsCancellationRequested));
    }

    [Fact]
    public async Task Cancel_WhileTheCallGoesOnAsAnother_ReachesOneOfThemAlways()
    {
        for (var i = 0; i < 2_000; i++)
        {
            var (call, successor) = (Enter(), Deadline());
            using var together = new Barrier(2);
            await Task.WhenAll(
                Task.Run(() =>
                {
                    together.SignalAndWait();
                    _calls.Cancel(call);
                }),
                Task.Run(() =>
                {
                    together.SignalAndWait();
                    _calls.Replace(call, successor, call.Call!);
                }));

            Assert.True(successor.IsCancelled);
            _calls.Leave(successor);
        }
    }

    [Fact]
    public void Cancel_HasLeft_IsNothing()
    {
        var (call, other) = (Enter(), Enter());
        _calls.Leave(call);

        _calls.Cancel(call);

        Assert.Equal((false, false), (call.IsCancelled, other.IsCancelled));
    }

    private CallDeadline Deadline() => new(new GatewayOptions(), _clock, CancellationToken.None);

    private CallDeadline Enter()
    {
        var deadline = new CallDeadline(new GatewayOptions(), _clock, CancellationToken.None);
        _calls.Enter(deadline, _gateway.Call("tools/call", "{}"));
        return deadline;
    }
}
