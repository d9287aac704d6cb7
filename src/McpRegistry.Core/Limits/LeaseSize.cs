namespace McpRegistry.Limits;

/// <summary>How many calls a replica leases of a quota at once: more while its leases follow each other quickly, fewer when they do not.</summary>
internal sealed class LeaseSize(TimeProvider time)
{
    private const int Smallest = 8;
    private const int Largest = 10_000;

    private int _calls = Smallest;
    private long? _leasedAt;

    /// <summary>Gets the size of the lease that is asked for now.</summary>
    public int Next()
    {
        var isBusy = _leasedAt is { } last && time.GetElapsedTime(last) < QuotaContext.BusyWithin;
        _leasedAt = time.GetTimestamp();
        return _calls = isBusy ? Math.Min(_calls * 2, Largest) : Math.Max(_calls / 2, Smallest);
    }
}
