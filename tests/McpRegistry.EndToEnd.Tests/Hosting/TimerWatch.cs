using McpRegistry.TestSupport;

namespace McpRegistry.EndToEnd.Tests.Hosting;

/// <summary>A clock that stands still, and counts how often somebody waits for one span of time: an odd one, which nobody else waits for.</summary>
internal sealed class TimerWatch(ManualTimeProvider clock, TimeSpan watched) : TimeProvider
{
    private int _set;

    /// <summary>Gets how many timers were set to the span.</summary>
    public int Set => Volatile.Read(ref _set);

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = clock.CreateTimer(callback, state, dueTime, period);
        if (dueTime == watched)
        {
            Interlocked.Increment(ref _set);
        }

        return timer;
    }
}
