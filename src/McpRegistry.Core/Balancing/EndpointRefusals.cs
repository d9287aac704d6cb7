namespace McpRegistry.Balancing;

/// <summary>
/// What an endpoint would not take of the calls that this replica sent there. It is judged by its last calls, however long ago they were: a refusal costs nothing, so
/// hundreds would be sent there before a window of time tells. Written under a lock.
/// </summary>
internal sealed class EndpointRefusals(BalancingOptions options)
{
    /// <summary>Of endpoints of which none takes more than that, none is better than another.</summary>
    private const double MostCalls = 0.5;

    /// <summary>Twice as many as it takes to judge at all: with half as many, chance alone makes a difference between equals.</summary>
    private readonly int _last = 2 * options.HealthMinCalls;
    private double _taken = 1;
    private int _known;
    private long _total;
    private bool _isLatest;

    /// <summary>Gets how many calls were refused since the endpoint is known.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <summary>Gets a value that tells whether the endpoint has neither answered nor failed since it refused a call.</summary>
    public bool IsLatest => Volatile.Read(ref _isLatest);

    /// <summary>Gets the part of the last calls that were not refused; null while too few are known.</summary>
    public double? TakenPart => Volatile.Read(ref _known) < options.HealthMinCalls ? null : Volatile.Read(ref _taken);

    /// <summary>Notes that a call was refused.</summary>
    /// <param name="isPassing">Whether the same call may be taken later: that says nothing about the endpoint beyond this time.</param>
    public void Add(bool isPassing)
    {
        Volatile.Write(ref _isLatest, true);
        Volatile.Write(ref _total, _total + 1);
        if (!isPassing)
        {
            Count(taken: 0);
        }
    }

    /// <summary>Notes that a call was not refused.</summary>
    /// <param name="failed">Whether it failed: then nobody knows whether it would have been.</param>
    public void AddOther(bool failed)
    {
        Volatile.Write(ref _isLatest, false);
        if (!failed)
        {
            Count(taken: 1);
        }
    }

    /// <summary>Forgets what the endpoint is judged by.</summary>
    public void Clear()
    {
        Volatile.Write(ref _known, 0);
        Volatile.Write(ref _taken, 1);
    }

    /// <summary>
    /// Returns the part of calls that the endpoint refuses, of those that the best other one takes: what all of them refuse is for their callers, or for the operator
    /// of the server, to mend.
    /// </summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="all">All endpoints of the server.</param>
    /// <returns>Null while too few calls are known.</returns>
    public double? Excess(EndpointLoad endpoint, EndpointLoad[] all)
    {
        if (TakenPart is not { } taken || 1 - taken < options.DegradedRefusals / 2)
        {
            return TakenPart is null ? null : 0;
        }

        var best = 0.0;
        foreach (var other in all)
        {
            best = Math.Max(best, other == endpoint ? 0 : other.TakenPart ?? 0);
        }

        return best > MostCalls && taken < best ? 1 - (taken / best) : 0;
    }

    private void Count(double taken)
    {
        var known = Math.Min(_known + 1, _last);
        Volatile.Write(ref _taken, _taken + ((taken - _taken) / known));
        Volatile.Write(ref _known, known);
    }
}
