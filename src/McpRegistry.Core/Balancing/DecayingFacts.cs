namespace McpRegistry.Balancing;

/// <summary>Sums over the calls of an endpoint that fade with time. Written under a lock; a reader may see the parts of two states, whose ratios hardly differ.</summary>
internal sealed class DecayingFacts(TimeSpan window)
{
    /// <summary>What is left of so many calls says nothing any more.</summary>
    private const double Faded = 0.01;

    private double _answered;
    private double _failed;
    private double _timed;
    private double _seconds;
    private TimeSpan _at;

    public void Add(TimeSpan at, bool failed, TimeSpan? latency)
    {
        var left = Left(at);
        _answered = (_answered * left) + (failed ? 0 : 1);
        _failed = (_failed * left) + (failed ? 1 : 0);
        _timed = (_timed * left) + (latency is null ? 0 : 1);
        _seconds = (_seconds * left) + (latency?.TotalSeconds ?? 0);
        _at = at > _at ? at : _at;
    }

    /// <summary>Takes what is known as it was, as if no time had passed since.</summary>
    public void Hold(TimeSpan at) => _at = at > _at ? at : _at;

    /// <summary>Forgets everything.</summary>
    public void Clear() => (_answered, _failed, _timed, _seconds) = (0, 0, 0, 0);

    /// <summary>Returns how many calls are left of all.</summary>
    public double Calls(TimeSpan at) => (Volatile.Read(ref _answered) + Volatile.Read(ref _failed)) * Left(at);

    /// <summary>Returns the part that did not fail; 1 when nothing is known.</summary>
    public double SuccessRate(TimeSpan at)
    {
        var (answered, failed) = (Volatile.Read(ref _answered), Volatile.Read(ref _failed));
        return (answered + failed) * Left(at) < Faded ? 1 : answered / (answered + failed);
    }

    /// <summary>Returns the mean time to an answer; zero when nothing is known.</summary>
    public TimeSpan MeanLatency(TimeSpan at)
    {
        var (timed, seconds) = (Volatile.Read(ref _timed), Volatile.Read(ref _seconds));
        return timed * Left(at) < Faded ? TimeSpan.Zero : TimeSpan.FromSeconds(seconds / timed);
    }

    /// <summary>Returns how many answers with a time are left of all, and the sum of their times in seconds; zeroes when nothing is known.</summary>
    public (double Answers, double Seconds) Timed(TimeSpan at)
    {
        var (timed, seconds, left) = (Volatile.Read(ref _timed), Volatile.Read(ref _seconds), Left(at));
        return timed * left < Faded ? default : (timed * left, seconds * left);
    }

    private double Left(TimeSpan at) => at > _at ? Math.Exp((_at - at) / window) : 1;
}
