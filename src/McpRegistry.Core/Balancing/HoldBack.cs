namespace McpRegistry.Balancing;

/// <summary>Until when an endpoint wants to be left alone. Written under a lock.</summary>
/// <param name="longest">The longest time that is believed: what an endpoint says to one caller must not keep it from all others for good.</param>
/// <param name="time">The clock.</param>
internal sealed class HoldBack(TimeSpan longest, TimeProvider time)
{
    /// <summary>For an endpoint that does not say how long, or says that it is for no time at all.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private long _until;

    /// <summary>Gets the timestamp at which it ends; the greatest one while there is none.</summary>
    public long Until => Volatile.Read(ref _until) is > 0 and var until && time.GetTimestamp() < until ? until : long.MaxValue;

    /// <summary>Gets what is left of it; null while there is none.</summary>
    public TimeSpan? Left => Until is var until && until < long.MaxValue ? time.GetElapsedTime(time.GetTimestamp(), until) : null;

    /// <summary>Begins, or goes on for longer.</summary>
    /// <param name="wait">How long the endpoint wants it to last.</param>
    /// <returns>True when it has begun: that one lasts longer is seen when its end was to come.</returns>
    public bool Extend(TimeSpan wait)
    {
        wait = wait > Shortest ? wait : Shortest;
        wait = wait < longest ? wait : longest;
        if (wait <= TimeSpan.Zero)
        {
            return false;
        }

        var begins = Until == long.MaxValue;
        Volatile.Write(ref _until, Math.Max(_until, time.GetTimestamp() + (long)(wait.TotalSeconds * time.TimestampFrequency)));
        return begins;
    }
}
