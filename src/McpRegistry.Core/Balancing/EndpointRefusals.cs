namespace McpRegistry.Balancing;

/// <summary>
/// What an endpoint would not take of the calls that this replica sent there. It is judged by its last calls, however long ago they were: a refusal costs nothing, so
/// hundreds would be sent there before a window of time tells. Written under a lock.
/// </summary>
internal sealed class EndpointRefusals(BalancingOptions options)
{
    /// <summary>Of endpoints of which none takes more than that, none is better than another.</summary>
    private const double MostCalls = 0.5;

    private readonly TakenCalls _all = new(options.HealthMinCalls);

    /// <summary>What a caller who stays here has refused says as little of others' calls the hundredth time as the first.</summary>
    private readonly TakenCalls _ofSeveral = new(options.HealthMinCalls);
    private readonly int _fullRow = 2 * options.HealthMinCalls;
    private string? _refused;
    private string? _caller;
    private int _row;
    private long _total;
    private bool _isLatest;

    /// <summary>Gets how many calls were refused since the endpoint is known.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <summary>Gets a value that tells whether the endpoint has neither answered nor failed since it refused a call.</summary>
    public bool IsLatest => Volatile.Read(ref _isLatest);

    /// <summary>Gets the part of the last calls that were not refused; null while too few are known.</summary>
    public double? TakenPart => _all.Part;

    /// <summary>Gets the caller of all the last calls; null where they were several, or that is not known.</summary>
    private string? OnlyCaller => Volatile.Read(ref _row) < _fullRow ? null : Volatile.Read(ref _caller);

    /// <summary>Notes that a call was refused.</summary>
    /// <param name="isPassing">Whether the same call may be taken later: that says nothing about the endpoint beyond this time.</param>
    /// <param name="caller">Whose it was; null for somebody other than before.</param>
    public void Add(bool isPassing, string? caller)
    {
        Volatile.Write(ref _isLatest, true);
        Volatile.Write(ref _total, _total + 1);
        if (isPassing)
        {
            return;
        }

        NoteCaller(caller);
        _all.Add(taken: false);
        if (caller is null || caller != _refused)
        {
            _refused = caller;
            _ofSeveral.Add(taken: false);
        }
    }

    /// <summary>Notes that a call was not refused.</summary>
    /// <param name="failed">Whether it failed: then nobody knows whether it would have been.</param>
    /// <param name="caller">Whose it was; null for somebody other than before.</param>
    public void AddOther(bool failed, string? caller)
    {
        Volatile.Write(ref _isLatest, false);
        if (!failed)
        {
            NoteCaller(caller);
            _all.Add(taken: true);
            _ofSeveral.Add(taken: true);
        }
    }

    /// <summary>Forgets what the endpoint is judged by.</summary>
    public void Clear()
    {
        _all.Clear();
        _ofSeveral.Clear();
        _refused = null;
    }

    /// <summary>
    /// Returns the part of calls that the endpoint refuses, of those that the best other one takes: what all of them refuse is for their callers, or for the operator
    /// of the server, to mend.
    /// </summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="all">All endpoints of the server.</param>
    /// <returns>That of all calls, and that where the refusals of one caller count once until another one is refused; null while too few calls are known.</returns>
    public (double OfAll, double OfSeveral)? Excess(EndpointLoad endpoint, EndpointLoad[] all)
    {
        if (TakenPart is not { } taken || 1 - taken < Math.Min(options.DegradedRefusals, options.UnhealthyRefusals) / 2)
        {
            return TakenPart is null ? null : default((double, double));
        }

        var (best, bestOfSeveral, isOnly) = (0.0, 0.0, false);
        foreach (var other in all)
        {
            if (other != endpoint && other.Refusals is { TakenPart: { } part } known)
            {
                best = Math.Max(best, part);
                bestOfSeveral = Math.Max(bestOfSeveral, known._ofSeveral.Part ?? 0);

                // Who is answered there is refused here for what this endpoint is, and takes it from nobody else.
                isOnly |= part > MostCalls && OnlyCaller is { } caller && caller == known.OnlyCaller;
            }
        }

        var ofAll = Excess(taken, best);
        return (ofAll, isOnly ? ofAll : Excess(_ofSeveral.Part ?? 1, bestOfSeveral));
    }

    private static double Excess(double taken, double best) => best > MostCalls && taken < best ? 1 - (taken / best) : 0;

    private void NoteCaller(string? caller)
    {
        Volatile.Write(ref _row, caller is not null && caller == _caller ? Math.Min(_row + 1, _fullRow) : 1);
        Volatile.Write(ref _caller, caller);
    }
}
