namespace McpRegistry.Balancing;

/// <summary>
/// An exponentially weighted moving average over time that takes a higher value at once and fades while there is none (the peak EWMA of Finagle).
/// Written under a lock.
/// </summary>
internal sealed class PeakAverage(TimeSpan window)
{
    private double _seconds;
    private TimeSpan _at;

    /// <summary>Takes a value.</summary>
    /// <param name="at">When.</param>
    /// <param name="value">The value.</param>
    /// <param name="raises">Whether it can only raise the average.</param>
    public void Add(TimeSpan at, TimeSpan value, bool raises = false)
    {
        var (left, seconds) = (Left(at), value.TotalSeconds);
        var faded = _seconds * left;
        _seconds = seconds > faded ? seconds
            : raises ? faded
            : faded + (seconds * (1 - left));
        _at = at > _at ? at : _at;
    }

    /// <summary>Takes the average as it was, as if no time had passed since.</summary>
    public void Hold(TimeSpan at) => _at = at > _at ? at : _at;

    public TimeSpan Value(TimeSpan at) => TimeSpan.FromSeconds(Volatile.Read(ref _seconds) * Left(at));

    private double Left(TimeSpan at) => at > _at ? Math.Exp((_at - at) / window) : 1;
}
