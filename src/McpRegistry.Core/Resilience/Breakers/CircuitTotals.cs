namespace McpRegistry.Resilience;

/// <summary>What went through a breaker since this replica knows it. Written by many calls at once.</summary>
internal sealed class CircuitTotals
{
    private long _requests;
    private long _failures;
    private long _timeouts;
    private long _probes;
    private long _refused;
    private long _lastFailure;
    private long _lastSuccess;

    public long Requests => Volatile.Read(ref _requests);

    public long Failures => Volatile.Read(ref _failures);

    public long Timeouts => Volatile.Read(ref _timeouts);

    public long Probes => Volatile.Read(ref _probes);

    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Gets the timestamp of the last failure; 0 before the first.</summary>
    public long LastFailure => Volatile.Read(ref _lastFailure);

    /// <summary>Gets the timestamp of the last success; 0 before the first.</summary>
    public long LastSuccess => Volatile.Read(ref _lastSuccess);

    public void Add(CircuitVerdict verdict, long now)
    {
        Interlocked.Increment(ref _requests);
        if (verdict == CircuitVerdict.Success)
        {
            Volatile.Write(ref _lastSuccess, now);
            return;
        }

        Interlocked.Increment(ref _failures);
        Volatile.Write(ref _lastFailure, now);
        if (verdict == CircuitVerdict.Timeout)
        {
            Interlocked.Increment(ref _timeouts);
        }
    }

    public void AddProbe() => Interlocked.Increment(ref _probes);

    public void AddRefusal() => Interlocked.Increment(ref _refused);
}
