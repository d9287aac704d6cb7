using McpRegistry.Resilience;
using McpRegistry.Routing;
using McpRegistry.Servers;

namespace McpRegistry.Balancing;

/// <summary>What is known of an endpoint from the calls that this replica sent there.</summary>
internal sealed class EndpointLoad(ServerEndpoint endpoint, int ordinal, BalancingOptions options, TimeProvider time, EndpointBreaker breaker, EndpointChanges? changes = null) : IEndpointLoad
{
    private readonly Lock _lock = new();
    private readonly DecayingFacts _facts = new(options.Window);
    private readonly EndpointHealth _health = new(options);
    private readonly PeakAverage _peak = new(options.PeakWindow);
    private readonly EndpointRefusals _refusals = new(options);
    private readonly HoldBack _holdBack = new(options.MaxHoldBack, time);

    /// <summary>A kilobyte, which servers that nobody calls need not have.</summary>
    private DecayingLatencies? _latencies;

    /// <summary>Not evenly spaced: what takes turns itself would fall into step with it.</summary>
    private readonly PseudoRandom _turns = new(StableHash.Of(endpoint.Id));
    private readonly long _start = time.GetTimestamp();
    private ServerEndpoint _endpoint = endpoint;
    private ServerEndpoint _definition = endpoint;
    private object? _lastCrash;
    private EndpointLoad[] _all = [];
    private int _inFlight;
    private long _total;
    private long _failed;
    private long _upSince = time.GetTimestamp();

    /// <summary>Gets what calls are spread by. Its weight never becomes 0: a pick under way divides by it. Who gets calls at all is decided before.</summary>
    public ServerEndpoint Endpoint => Volatile.Read(ref _endpoint);

    /// <summary>Gets the endpoint as it is registered.</summary>
    public ServerEndpoint Definition => Volatile.Read(ref _definition);

    public int Ordinal => ordinal;

    /// <summary>Gets what the endpoint draws by for keys; its id is the same on all replicas that share a store.</summary>
    public ulong Hash { get; } = StableHash.Of(endpoint.Id);

    /// <summary>Gets what keeps calls from the endpoint when it fails.</summary>
    public EndpointBreaker Breaker => breaker;

    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Gets how many calls went to the endpoint since it is known.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <summary>Gets how many of them failed.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Gets how many it refused, which did not fail for that.</summary>
    public long Refused => _refusals.Total;

    /// <summary>Gets the part of its last calls that it did not refuse; null while too few of them are known.</summary>
    public double? TakenPart => _refusals.TakenPart;

    /// <summary>Gets what it would not take.</summary>
    public EndpointRefusals Refusals => _refusals;

    /// <summary>Gets a value that tells whether it refused the last call that said anything about it.</summary>
    public bool RefusedLast => _refusals.IsLatest;

    /// <summary>Gets a value that tells whether it wants to be left alone for now.</summary>
    public bool IsHeldBack => _holdBack.Until != long.MaxValue;

    /// <summary>Gets the timestamp until which it does; the greatest one where it does not.</summary>
    public long HeldBackUntil => _holdBack.Until;

    /// <summary>Gets how long it still does; null where it does not.</summary>
    public TimeSpan? HeldBackFor => _holdBack.Left;

    public double SuccessRate => _facts.SuccessRate(Now);

    public TimeSpan MeanLatency => _facts.MeanLatency(Now);

    /// <summary>Gets how many answers with a time are left of all that faded, and the sum of their times in seconds; zeroes when nothing is known.</summary>
    public (double Answers, double Seconds) Timed => _facts.Timed(Now);

    public TimeSpan PeakLatency => _peak.Value(Now);

    /// <summary>Gets what the calls say of the endpoint.</summary>
    public EndpointCondition Condition => _health.At(Now);

    /// <summary>Gets the time since the endpoint is known, for what is measured by it.</summary>
    public TimeSpan Now => time.GetElapsedTime(_start);

    /// <summary>Gets the part of its share that the endpoint may have: it grows evenly from when it was connected to or its breaker closed, and is half of it while the endpoint is degraded.</summary>
    public double Warmth
    {
        get
        {
            var up = time.GetElapsedTime(WarmingSince);
            var warmth = up >= options.SlowStart ? 1 : Math.Max(options.SlowStartFloor, up / options.SlowStart);
            return Condition == EndpointCondition.Degraded ? warmth / 2 : warmth;
        }
    }

    /// <summary>Gets the timestamp at which time alone changes the condition, or the warmth for the last time; the greatest one where it does neither.</summary>
    public long SteadyUntil
    {
        get
        {
            var trial = _health.TrialAfter(Now) is { } after ? _start + Ticks(after) : long.MaxValue;
            var since = WarmingSince;
            return time.GetElapsedTime(since) >= options.SlowStart ? trial : Math.Min(trial, since + Ticks(options.SlowStart));
        }
    }

    private long WarmingSince => Math.Max(Volatile.Read(ref _upSince), Breaker.Recovered);

    /// <summary>Tells the endpoint of all endpoints of its server, this one among them, which it is compared with.</summary>
    public void Join(EndpointLoad[] all) => Volatile.Write(ref _all, all);

    /// <summary>Takes the weight and the zone of another definition.</summary>
    public void Adopt(ServerEndpoint definition)
    {
        Volatile.Write(ref _definition, definition);
        if (definition.Weight > 0)
        {
            Volatile.Write(ref _endpoint, definition);
        }

        changes?.Add();
    }

    /// <summary>Notes that the endpoint was connected to when it was not.</summary>
    public void Connected()
    {
        Volatile.Write(ref _upSince, time.GetTimestamp());
        changes?.Add();
    }

    /// <summary>Notes that a call was given to the endpoint.</summary>
    public void Begin() => Interlocked.Increment(ref _inFlight);

    /// <summary>Notes that a call has left it, whatever became of it.</summary>
    public void End() => Interlocked.Decrement(ref _inFlight);

    /// <summary>Notes how an exchange went.</summary>
    /// <param name="failed">Whether the endpoint is to blame.</param>
    /// <param name="latency">How long it took; null when that says nothing about the endpoint.</param>
    /// <param name="caller">The principal whose it was; null for somebody other than before.</param>
    public void Note(bool failed, TimeSpan? latency, string? caller = null)
    {
        Interlocked.Increment(ref _total);
        if (failed)
        {
            Interlocked.Increment(ref _failed);
        }

        lock (_lock)
        {
            var now = Now;
            var before = _health.At(now);
            BeginTrial(now);
            _refusals.AddOther(failed, caller);
            _facts.Add(now, failed, failed ? null : latency);
            if (latency is { } known)
            {
                (_latencies ??= new DecayingLatencies(options.Window)).Add(now, known);

                // Who fails at once is not fast.
                _peak.Add(now, known, raises: failed);
            }

            Judge(now, before);
        }
    }

    /// <summary>Notes that the endpoint would not take a call. What its answers and failures have told of it stays as it was: it has not become faster or better by that.</summary>
    /// <param name="isPassing">Whether the same call may be taken later.</param>
    /// <param name="caller">The principal whose it was; null for somebody other than before.</param>
    public void NoteRefused(bool isPassing, string? caller = null)
    {
        Interlocked.Increment(ref _total);
        lock (_lock)
        {
            var now = Now;
            var before = _health.At(now);
            BeginTrial(now);
            _refusals.Add(isPassing, caller);
            _facts.Hold(now);
            _peak.Hold(now);
            Judge(now, before);
        }
    }

    /// <summary>Notes that the endpoint wants to be left alone.</summary>
    /// <param name="wait">For how long; zero where it did not say.</param>
    public void NoteHoldBack(TimeSpan wait)
    {
        lock (_lock)
        {
            if (_holdBack.Extend(wait))
            {
                changes?.Add();
            }
        }
    }

    /// <summary>Notes an exchange whose end says nothing about the endpoint.</summary>
    public void NoteUnjudged() => Interlocked.Increment(ref _total);

    /// <summary>Notes that a process of the endpoint has died.</summary>
    /// <param name="with">Whose it was.</param>
    /// <returns>False when the last one that died was of the same.</returns>
    public bool IsNewCrash(object with) => !with.Equals(Interlocked.Exchange(ref _lastCrash, with));

    /// <summary>Notes that nobody waited for the end of an exchange: it would have taken at least so long.</summary>
    public void NoteAbandoned(TimeSpan latency)
    {
        Interlocked.Increment(ref _total);
        lock (_lock)
        {
            _peak.Add(Now, latency, raises: true);
        }
    }

    /// <summary>Reads quantiles of the time to an answer, or to a failure, over a decaying window.</summary>
    /// <param name="parts">Which, 0 to 1, in ascending order.</param>
    /// <param name="values">Takes the time below which each part of all lies.</param>
    /// <returns>False when nothing is known.</returns>
    public bool TryReadLatencies(ReadOnlySpan<double> parts, Span<TimeSpan> values)
    {
        lock (_lock)
        {
            return _latencies is { } known && known.TryRead(Now, parts, values);
        }
    }

    /// <summary>Takes a turn, and tells whether it falls into a part of all turns.</summary>
    public bool TakeTurn(double part) => _turns.Next() < part;

    private void BeginTrial(TimeSpan now)
    {
        if (_health.BeginTrial(now))
        {
            _facts.Clear();
            _refusals.Clear();
        }
    }

    private void Judge(TimeSpan now, EndpointCondition before)
    {
        if (_health.Judge(now, _facts, _refusals.Excess(this, Volatile.Read(ref _all))))
        {
            // Its trial begins slowly.
            Volatile.Write(ref _upSince, time.GetTimestamp() + (long)(options.UnhealthyTime.TotalSeconds * time.TimestampFrequency));
        }

        if (_health.At(now) != before)
        {
            changes?.Add();
        }
    }

    /// <summary>Rounded up: before the whole time is over nothing has changed.</summary>
    private long Ticks(TimeSpan span) => (long)((((Int128)span.Ticks * time.TimestampFrequency) + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond);
}
