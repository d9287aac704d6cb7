using System.Threading.Channels;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.Supervision;

/// <summary>A manual clock that tells of one-off waits, so that a test moves it only once somebody waits.</summary>
internal sealed class SignallingTimeProvider : TimeProvider
{
    private readonly Channel<TimeSpan> _delays = Channel.CreateUnbounded<TimeSpan>();

    public ManualTimeProvider Clock { get; } = new();

    public override long TimestampFrequency => Clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => Clock.GetUtcNow();

    public override long GetTimestamp() => Clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = Clock.CreateTimer(callback, state, dueTime, period);
        if (period == Timeout.InfiniteTimeSpan)
        {
            _delays.Writer.TryWrite(dueTime);
        }

        return timer;
    }

    /// <summary>Returns the length of the next wait once it has begun.</summary>
    public ValueTask<TimeSpan> NextDelayAsync() => _delays.Reader.NextAsync("somebody waits for the clock", TestContext.Current.CancellationToken);
}
