using McpRegistry.Gateway;
using McpRegistry.Resilience;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.Gateway;

public sealed class CallDeadlineTests : IDisposable
{
    private static readonly TimeSpan Maximum = TimeSpan.FromMinutes(10);
    private readonly ManualTimeProvider _clock = new();
    private readonly CallDeadline _deadline;

    public CallDeadlineTests() =>
        _deadline = new CallDeadline(new GatewayOptions { RequestTimeout = TimeSpan.FromMinutes(3), MaxRequestDuration = Maximum }, _clock, CancellationToken.None);

    public void Dispose() => _deadline.Dispose();

    [Fact]
    public void Extend_AgainAndAgain_EndsAtTheMaximum()
    {
        for (var minutes = 0; minutes < 10; minutes += 2)
        {
            Assert.False(_deadline.Token.IsCancellationRequested);
            _deadline.Extend();
            _clock.Advance(TimeSpan.FromMinutes(2));
        }

        Assert.True(_deadline.Token.IsCancellationRequested);
    }

    /// <summary>They come on two threads: progress on one stream of a server, a question on another.</summary>
    [Fact]
    public void Extend_QuestionBeginsMeanwhile_ClientHasItsTime()
    {
        var clock = new CrossingClock(_clock);
        using var deadline = new CallDeadline(
            new GatewayOptions { RequestTimeout = TimeSpan.FromMinutes(1), QuestionTimeout = TimeSpan.FromMinutes(5), MaxRequestDuration = Maximum }, clock, CancellationToken.None);
        clock.Crossing = looks =>
        {
            if (looks == 2)
            {
                clock.Crossing = null;
                deadline.BeginQuestion();
            }
        };
        deadline.Extend();
        Assert.Null(clock.Crossing);
        _clock.Advance(TimeSpan.FromMinutes(4));
        Assert.False(deadline.Token.IsCancellationRequested);
    }

    [Fact]
    public void BeginAttempt_SeveralAtOnce_EachEndsInItsTimeUnlessThereIsProgress()
    {
        using var deadline = new CallDeadline(new GatewayOptions(), _clock, CancellationToken.None, new CallTimes(Maximum, Maximum, TimeSpan.FromSeconds(10)));
        using var first = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _clock);
        using var second = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _clock);
        deadline.BeginAttempt(first, isOnly: false);
        _clock.Advance(TimeSpan.FromSeconds(6));
        deadline.BeginAttempt(second, isOnly: false);
        deadline.Extend();
        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(first.IsCancellationRequested || second.IsCancellationRequested);
        deadline.BeginQuestion();
        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.False(first.IsCancellationRequested || second.IsCancellationRequested);

        deadline.EndQuestion();
        deadline.BeginAttempt(second, isOnly: false);
        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.True(first.IsCancellationRequested && second.IsCancellationRequested);
        Assert.False(deadline.Token.IsCancellationRequested);
    }

    [Fact]
    public void BeginAttempt_NobodyElseCouldBeAsked_HasAllTheTimeOfTheCall()
    {
        using var deadline = new CallDeadline(new GatewayOptions(), _clock, CancellationToken.None, new CallTimes(Maximum, Maximum, TimeSpan.FromSeconds(10)));
        using var hedged = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _clock);
        deadline.BeginAttempt(hedged, isOnly: false);
        _clock.Advance(TimeSpan.FromSeconds(5));
        deadline.BeginAttempt(hedged, isOnly: true);
        _clock.Advance(TimeSpan.FromSeconds(20));
        deadline.Extend();
        _clock.Advance(TimeSpan.FromSeconds(20));

        Assert.False(hedged.IsCancellationRequested);
        Assert.NotEqual(deadline.Token, deadline.BeginAttempt(isOnly: false));
        Assert.Equal(deadline.Token, deadline.BeginAttempt(isOnly: true));
    }

    /// <summary>A caller may wait in silence for as long as he likes; a server that shows life for as long as its operator wants has not failed.</summary>
    [Theory]
    [InlineData(90, 0, true)]
    [InlineData(90, 40, false)]
    [InlineData(59, 0, false)]
    public void BlamesServer_TimeOfTheCaller_GoesByTheSilenceThatTheOperatorAllows(int seconds, int heardAt, bool expected)
    {
        var own = TimeSpan.FromSeconds(seconds);
        using var deadline = new CallDeadline(new GatewayOptions(), _clock, CancellationToken.None, new CallTimes(own, own, Patience: TimeSpan.FromSeconds(60)));
        deadline.BeginAttempt(isOnly: false);
        _clock.Advance(TimeSpan.FromSeconds(heardAt));
        deadline.Extend();
        Assert.False(deadline.BlamesServer);
        _clock.Advance(own - TimeSpan.FromSeconds(heardAt));

        Assert.Equal((true, expected), (deadline.HasExpired, deadline.BlamesServer));
    }

    /// <summary>What a wait or an endpoint before has left of the time is no time in which to fail.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(80, true)]
    [InlineData(100, false)]
    public void BlamesServer_TimeOfTheOperator_NeedsHalfOfItAtThatEndpoint(int sentAt, bool expected)
    {
        _clock.Advance(TimeSpan.FromSeconds(sentAt));
        _deadline.BeginAttempt(isOnly: false);
        _clock.Advance(TimeSpan.FromSeconds(180 - sentAt));

        Assert.Equal((true, expected), (_deadline.HasExpired, _deadline.BlamesServer));
    }

    [Fact]
    public void Left_IsTheNearerEndOfSilenceAndOfTheWhole()
    {
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(TimeSpan.FromMinutes(1), _deadline.Left);
        _deadline.Extend();
        Assert.Equal(TimeSpan.FromMinutes(3), _deadline.Left);
        for (var i = 0; i < 3; i++)
        {
            _clock.Advance(TimeSpan.FromMinutes(2));
            _deadline.Extend();
        }

        Assert.Equal(TimeSpan.FromMinutes(2), _deadline.Left);
    }

    /// <summary>What a call goes on as has no more time than the call had, and blames its server as that would have.</summary>
    [Fact]
    public void Rest_PartOfTheTimeIsOver_IsWhatIsLeftOfTheWhole()
    {
        _clock.Advance(TimeSpan.FromMinutes(2));
        _deadline.Extend();
        var rest = _deadline.Rest;

        Assert.Equal((TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(8), TimeSpan.FromMinutes(1.5)), (rest.Silence, rest.Whole, rest.Patience));
        _clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(TimeSpan.Zero, _deadline.Rest.Whole);
    }

    [Fact]
    public void MayHaveRun_OnlyWhenAnAttemptHasBegun()
    {
        Assert.False(_deadline.MayHaveRun);
        _deadline.BeginAttempt(isOnly: false);
        Assert.True(_deadline.MayHaveRun);
    }

    [Fact]
    public void Token_CallerGivesUp_EndsWithoutHavingExpired()
    {
        using var caller = new CancellationTokenSource();
        using var deadline = new CallDeadline(new GatewayOptions(), _clock, caller.Token);
        Assert.False(deadline.Token.IsCancellationRequested);
        caller.Cancel();

        Assert.Equal((true, false), (deadline.Token.IsCancellationRequested, deadline.HasExpired));
    }

    /// <summary>Times that are no whole milliseconds must not be cut short, by which the call would end before its maximum.</summary>
    [Fact]
    public void Extend_AtAFractionOfAMillisecond_EndsAtTheMaximumAndNotBefore()
    {
        using var deadline = new CallDeadline(
            new GatewayOptions { RequestTimeout = Maximum, MaxRequestDuration = Maximum }, _clock, CancellationToken.None);
        _clock.Advance(TimeSpan.FromMicroseconds(300));
        deadline.Extend();
        _clock.Advance(Maximum - TimeSpan.FromMicroseconds(301));
        Assert.False(deadline.Token.IsCancellationRequested);
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.True(deadline.HasExpired);
    }

    /// <summary>Two people who take their time with an answer must not cost a call its life.</summary>
    [Fact]
    public void Suspend_ForHours_LeavesTheTimeThatWasLeft()
    {
        for (var round = 0; round < 4; round++)
        {
            _clock.Advance(TimeSpan.FromMinutes(2));
            _deadline.Suspend();
            _clock.Advance(TimeSpan.FromHours(1));
            Assert.False(_deadline.Token.IsCancellationRequested);
            _deadline.Resume();
        }

        _clock.Advance(TimeSpan.FromMinutes(2) - TimeSpan.FromTicks(1));
        Assert.False(_deadline.Token.IsCancellationRequested);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.True(_deadline.Token.IsCancellationRequested);
    }

    /// <summary>A clock on which something happens while somebody looks at it.</summary>
    private sealed class CrossingClock(TimeProvider inner) : TimeProvider
    {
        private int _looks;

        /// <summary>Gets or sets what happens; it gets the number of the look since it was set.</summary>
        public Action<int>? Crossing
        {
            get;
            set => (field, _looks) = (value, 0);
        }

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override long GetTimestamp()
        {
            Crossing?.Invoke(++_looks);
            return inner.GetTimestamp();
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            inner.CreateTimer(callback, state, dueTime, period);
    }
}
