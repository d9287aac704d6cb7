using McpRegistry.Gateway;
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
}
