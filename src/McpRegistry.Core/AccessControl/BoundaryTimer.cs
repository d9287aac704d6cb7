namespace McpRegistry.AccessControl;

/// <summary>One timer for the earliest of many moments. It calls once a moment is reached, never before; without a moment it costs nothing.</summary>
internal sealed class BoundaryTimer(TimeProvider time, Action<DateTimeOffset> reached) : IDisposable
{
    /// <summary>Timers take some weeks at most, and a clock that is set must not be missed for longer than this.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private DateTimeOffset _next = DateTimeOffset.MaxValue;
    private ITimer? _timer;
    private bool _disposed;

    /// <summary>Has a moment called, unless an earlier one is waited for: whoever is called then says what comes next.</summary>
    public void Await(DateTimeOffset moment)
    {
        lock (_lock)
        {
            if (moment < _next)
            {
                _next = moment;
                Arm_NeedsLock();
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _timer?.Dispose();
        }
    }

    private void Elapsed()
    {
        DateTimeOffset moment;
        lock (_lock)
        {
            moment = _next;
            if (_disposed || moment == DateTimeOffset.MaxValue)
            {
                return;
            }

            if (time.GetUtcNow() < moment)
            {
                // The clock was set back, the moment is far, or the timer counts another way than the clock.
                Arm_NeedsLock();
                return;
            }

            _next = DateTimeOffset.MaxValue;
        }

        reached(moment);
    }

    private void Arm_NeedsLock()
    {
        if (_disposed)
        {
            return;
        }

        var left = _next - time.GetUtcNow();

        // Rounded up, since timers take whole milliseconds and would come too early.
        var due = left <= TimeSpan.Zero ? TimeSpan.Zero : left >= Longest ? Longest : TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds));
        if (_timer is null)
        {
            _timer = time.CreateTimer(static timer => ((BoundaryTimer)timer!).Elapsed(), this, due, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _timer.Change(due, Timeout.InfiniteTimeSpan);
        }
    }
}
