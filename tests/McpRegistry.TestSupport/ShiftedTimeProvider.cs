namespace McpRegistry.TestSupport;

/// <summary>The system's clock, which a test can put forward. Timers do not notice, so that what runs goes on undisturbed.</summary>
public sealed class ShiftedTimeProvider : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    private TimeSpan Shifted => new(Volatile.Read(ref _ticks));

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shifted;

    public override long GetTimestamp() => System.GetElapsedTime(0).Ticks + Shifted.Ticks;

    /// <summary>Makes a clock that begins with a full hour, so that no quota of an hour or a day begins anew while a test runs.</summary>
    public static ShiftedTimeProvider AtFullHour()
    {
        var clock = new ShiftedTimeProvider();
        clock.Shift(TimeSpan.FromHours(1) - TimeSpan.FromTicks(clock.GetUtcNow().Ticks % TimeSpan.TicksPerHour));
        return clock;
    }

    public void Shift(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
