namespace McpRegistry.Core.Tests.Supervision;

/// <summary>A clock that moves on with each look at it, and whose timers never end.</summary>
internal sealed class SteppingTimeProvider(TimeSpan step) : TimeProvider
{
    private readonly List<TimeSpan> _timers = [];
    private long _now;

    /// <summary>Gets how long the timers were to take.</summary>
    public IReadOnlyList<TimeSpan> Timers => _timers;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now += step.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _timers.Add(dueTime);
        return new Timer();
    }

    private sealed class Timer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
            // It never runs.
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
