using McpRegistry.Balancing;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Discovery;
using McpRegistry.Resilience;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;
using Xunit;

namespace McpRegistry.Core.Tests.Balancing;

public sealed class EndpointLoadTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly EndpointLoad _load;

    public EndpointLoadTests() => _load = new EndpointLoad(SampleServers.Of("a").Endpoints[0], 0, new BalancingOptions { HealthMinCalls = 1_000 }, _clock, BalancingSample.Breakers(_clock).Take(SampleServers.Of("a"), SampleServers.Of("a").Endpoints[0]));

    [Fact]
    public void SuccessRate_OldFailures_CountLess()
    {
        Note(failed: true, count: 10);
        Assert.Equal(0, _load.SuccessRate);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Note(failed: false, count: 10);

        // The failures count e times less by now.
        Assert.Equal(1 / (1 + Math.Exp(-1)), _load.SuccessRate, 9);
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(1, _load.SuccessRate);
        Assert.Equal((20, 10), (_load.Total, _load.Failed));
    }

    /// <summary>Whoever waited for it must not rush there.</summary>
    [Fact]
    public void Warmth_BreakerHasClosed_GrowsAnew()
    {
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, _load.Warmth);
        Decide(CircuitState.Isolated);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, _load.Warmth);

        Decide(CircuitState.Closed);
        Assert.Equal(0.1, _load.Warmth, 6);
        _clock.Advance(TimeSpan.FromSeconds(15));
        Decide(CircuitState.Closed);
        Assert.Equal(0.5, _load.Warmth, 6);

        void Decide(CircuitState state) => _load.Breaker.Apply(_load.Breaker.Decide(state, null));
    }

    [Fact]
    public void MeanLatency_OfAnswersOnly_FadesToNothing()
    {
        _load.Note(failed: false, TimeSpan.FromMilliseconds(10));
        _load.Note(failed: false, TimeSpan.FromMilliseconds(30));
        _load.Note(failed: true, TimeSpan.FromSeconds(9));
        _load.Note(failed: false, latency: null);

        Assert.Equal(20, _load.MeanLatency.TotalMilliseconds, 6);
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(TimeSpan.Zero, _load.MeanLatency);
    }

    [Fact]
    public void PeakLatency_RisesAtOnceAndFallsSlowly()
    {
        _load.Note(failed: false, TimeSpan.FromMilliseconds(100));
        _load.Note(failed: false, TimeSpan.FromMilliseconds(10));
        Assert.Equal(100, _load.PeakLatency.TotalMilliseconds, 6);

        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(100 / Math.E, _load.PeakLatency.TotalMilliseconds, 3);
        _load.Note(failed: false, TimeSpan.FromMilliseconds(10));

        Assert.Equal((100 / Math.E) + (10 * (1 - (1 / Math.E))), _load.PeakLatency.TotalMilliseconds, 3);
    }

    /// <summary>Who fails at once is not fast, and who is given up was not either.</summary>
    [Fact]
    public void PeakLatency_FailuresAndAbandonedCalls_OnlyRaiseIt()
    {
        _load.Note(failed: false, TimeSpan.FromMilliseconds(50));
        _clock.Advance(TimeSpan.FromSeconds(1));
        var before = _load.PeakLatency;

        _load.Note(failed: true, TimeSpan.FromMilliseconds(1));
        _load.NoteAbandoned(TimeSpan.FromMilliseconds(1));
        Assert.Equal(before, _load.PeakLatency);

        _load.NoteAbandoned(TimeSpan.FromMilliseconds(500));
        Assert.Equal(500, _load.PeakLatency.TotalMilliseconds, 6);
    }

    /// <summary>Who refuses at once is neither fast nor well, and not slow or broken either.</summary>
    [Fact]
    public void NoteRefused_WhatAnswersHaveTold_StaysAsItWas()
    {
        _load.Note(failed: false, TimeSpan.FromMilliseconds(50));
        _load.Note(failed: true, latency: null);
        for (var i = 0; i < 1_000; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            _load.NoteRefused(isPassing: i % 2 == 0);
        }

        Assert.Equal((50, 50, 0.5), (_load.PeakLatency.TotalMilliseconds, Math.Round(_load.MeanLatency.TotalMilliseconds, 6), _load.SuccessRate));
        Assert.Equal((1_002, 1, 1_000), (_load.Total, _load.Failed, _load.Refused));

        // Time that ends with an answer counts.
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(50 / Math.E, _load.PeakLatency.TotalMilliseconds, 3);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(30, 30)]
    [InlineData(3_600, 60)]
    public void NoteHoldBack_AnyWait_EndsInTime(int wait, int held)
    {
        _load.NoteHoldBack(TimeSpan.FromSeconds(wait));
        _clock.Advance(TimeSpan.FromSeconds(held) - TimeSpan.FromTicks(1));
        Assert.True(_load.IsHeldBack);
        Assert.NotNull(_load.HeldBackFor);

        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal((false, long.MaxValue, null), (_load.IsHeldBack, _load.HeldBackUntil, _load.HeldBackFor));
    }

    [Fact]
    public void NoteHoldBack_ShorterThanTheOneBefore_ChangesNothing()
    {
        _load.NoteHoldBack(TimeSpan.FromSeconds(30));
        _load.NoteHoldBack(TimeSpan.FromSeconds(2));

        Assert.Equal(TimeSpan.FromSeconds(30), _load.HeldBackFor);
    }

    [Fact]
    public void NoteHoldBack_SwitchedOff_HoldsNothingBack()
    {
        var server = SampleServers.Of("a");
        var load = new EndpointLoad(
            server.Endpoints[0], 0, new BalancingOptions { MaxHoldBack = TimeSpan.Zero }, _clock, BalancingSample.Breakers(_clock).Take(server, server.Endpoints[0]));

        load.NoteHoldBack(TimeSpan.FromSeconds(30));

        Assert.False(load.IsHeldBack);
    }

    [Theory]
    [InlineData(FaultReasons.HttpError, 429, 1, 0, true)]
    [InlineData(FaultReasons.Unauthorized, 401, 1, 0, false)]
    [InlineData(FaultReasons.HttpError, 404, 1, 0, false)]
    [InlineData(FaultReasons.HttpError, 503, 0, 1, true)]
    [InlineData(FaultReasons.HttpError, 500, 0, 1, false)]
    public void Lease_RefusedCall_IsNeitherAFailureNorAnAnswer(string reason, int status, int refused, int failed, bool isHeldBack)
    {
        var lease = new Lease();
        lease.Occupy(_load, probe: 0, "p");
        lease.Sending();
        lease.Answered(FakeConnection.Error(-32603));
        lease.Sending();
        lease.Answered(new UpstreamFault(reason, "m") { HttpStatus = status, RetryAfter = TimeSpan.FromSeconds(5) });

        Assert.Equal((2, refused, 1 + failed, 0.0), (_load.Total, _load.Refused, _load.Failed, _load.SuccessRate));
        Assert.Equal(isHeldBack ? TimeSpan.FromSeconds(5) : null, _load.HeldBackFor);
    }

    [Fact]
    public void Lease_OfACall_TellsOfItsExchangesOnce()
    {
        _load.Begin();
        var lease = new Lease();
        lease.Occupy(_load, probe: 0, "p");
        lease.Sending();
        _clock.Advance(TimeSpan.FromMilliseconds(20));
        lease.Answered(FakeConnection.Result("{}"));
        lease.Sending();
        lease.Answered(FakeConnection.Error(-32603));
        lease.Sending();
        lease.Answered(FakeConnection.Error(-32602));
        lease.Sending();
        lease.Answered(new UpstreamFault(FaultReasons.Busy, "The gateway's own limit."));
        lease.Sending();
        lease.TimedOut();
        Assert.Equal((1, 5, 2), (_load.InFlight, _load.Total, _load.Failed));

        lease.Dispose();
        lease.Dispose();

        Assert.Equal((0, 5, 2), (_load.InFlight, _load.Total, _load.Failed));
    }

    private void Note(bool failed, int count)
    {
        for (var i = 0; i < count; i++)
        {
            _load.Note(failed, TimeSpan.FromMilliseconds(1));
        }
    }

    private sealed class Lease() : ConnectionLease(new FakeConnection())
    {
        public override IDisposable Listen(IUpstreamListener listener) => throw new NotSupportedException();

        public override UpstreamFault Report(UpstreamFault fault) => fault;

        protected override void Return()
        {
        }
    }
}
