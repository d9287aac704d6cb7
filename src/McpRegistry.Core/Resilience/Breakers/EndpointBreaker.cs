using System.Collections.Immutable;
using McpRegistry.Balancing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Resilience;

/// <summary>
/// Keeps calls from an endpoint that fails. Polly's breaker knows no consecutive failures, cannot be started in the middle of a break, and takes a lock
/// with each call; while this one is closed, a call costs it two atomic counts.
/// </summary>
internal sealed class EndpointBreaker(TenantId tenant, Guid serverId, Guid endpointId, CircuitSettings settings)
{
    private readonly Lock _lock = new();
    private readonly CircuitBreakerOptions _options = settings.Options;
    private readonly TimeProvider _time = settings.Time;
    private readonly FailureWindow _window = new(settings.Options.Window, settings.Time);
    private CircuitHistory _history = CircuitHistory.Empty;
    private CircuitTransition? _current;
    private ImmutableArray<EndpointChanges> _changes = [];
    private volatile CircuitState _state;
    private int _consecutive;
    private int _successes;

    /// <summary>The timestamp at which an open breaker lets a probe through.</summary>
    private long _until;

    /// <summary>The probe under way, 0 for none, and until when it keeps others away.</summary>
    private long _probe;
    private long _probeUntil;
    private long _lastProbe;

    /// <summary>The last probe of the breaks before this one.</summary>
    private long _settledProbes;
    private TimeSpan _break;
    private DateTimeOffset _changedAt;

    /// <summary>When the last change was decided or came about elsewhere of which this breaker was told.</summary>
    private DateTimeOffset _toldAt;
    private long _recovered;

    public TenantId Tenant => tenant;

    public Guid ServerId => serverId;

    public Guid EndpointId => endpointId;

    public CircuitState State => _state;

    public CircuitTotals Totals { get; private set; } = new();

    public CircuitFaults Faults => settings.Faults;

    /// <summary>Gets the last changes of the state, those of other replicas of which this one has heard among them.</summary>
    public CircuitHistory History => Volatile.Read(ref _history);

    /// <summary>Gets what brought it into its state; null when it has always been closed.</summary>
    public CircuitTransition? Current => Volatile.Read(ref _current);

    /// <summary>Gets the timestamp at which it closed last; 0 when it never did.</summary>
    public long Recovered => Volatile.Read(ref _recovered);

    /// <summary>Gets a value that tells whether a call would be let through now. Changes nothing.</summary>
    public bool Admits => _state switch
    {
        CircuitState.Closed => true,
        CircuitState.Open => _time.GetTimestamp() >= Volatile.Read(ref _until),
        CircuitState.HalfOpen => Volatile.Read(ref _probe) == 0 || _time.GetTimestamp() >= Volatile.Read(ref _probeUntil),
        _ => false,
    };

    /// <summary>Gets the timestamp at which time alone changes <see cref="Admits"/>; the greatest one where it does not.</summary>
    public long HoldsUntil
    {
        get
        {
            var until = _state switch
            {
                CircuitState.Open => Volatile.Read(ref _until),
                CircuitState.HalfOpen when Volatile.Read(ref _probe) != 0 => Volatile.Read(ref _probeUntil),
                _ => long.MaxValue,
            };
            return until > _time.GetTimestamp() ? until : long.MaxValue;
        }
    }

    /// <summary>Has changes of <see cref="Admits"/> counted that time alone does not make.</summary>
    public void CountBy(EndpointChanges changes) => ImmutableInterlocked.Update(ref _changes, static (all, one) => all.Add(one), changes);

    public void CountNoMoreBy(EndpointChanges changes) => ImmutableInterlocked.Update(ref _changes, static (all, one) => all.Remove(one), changes);

    /// <summary>Lets a call through, or not.</summary>
    /// <param name="probe">The probe that the call is, to be given back with its end; 0 when it is an ordinary one.</param>
    public bool TryEnter(out long probe)
    {
        probe = 0;
        if (_state == CircuitState.Closed)
        {
            return true;
        }

        lock (_lock)
        {
            if (_state == CircuitState.Closed)
            {
                return true;
            }

            if (!Admits)
            {
                Totals.AddRefusal();
                return false;
            }

            if (_state == CircuitState.Open)
            {
                (_successes, _settledProbes) = (0, _lastProbe);
                Become(Change(CircuitState.HalfOpen, "The break is over; one call at a time is let through."), isTold: false);
            }

            Totals.AddProbe();
            Volatile.Write(ref _probeUntil, _time.GetTimestamp() + Ticks(_options.ProbeTimeout));
            Volatile.Write(ref _probe, probe = ++_lastProbe);
            CountChange();
            return true;
        }
    }

    /// <summary>Notes the end of an exchange of a call that was let through.</summary>
    public void Note(long probe, CircuitVerdict verdict)
    {
        var now = _time.GetTimestamp();
        if (verdict != CircuitVerdict.None)
        {
            Totals.Add(verdict, now);
        }

        if (probe != 0)
        {
            Settle(probe, verdict);
        }
        else if (_state == CircuitState.Closed && verdict != CircuitVerdict.None)
        {
            Count(now, failed: verdict != CircuitVerdict.Success);
        }
    }

    /// <summary>Gets how long it is until a call may be let through; null when nobody knows. While a probe runs, that is soon.</summary>
    public TimeSpan? Wait => _state switch
    {
        CircuitState.Isolated => null,
        CircuitState.Open when Span(Volatile.Read(ref _until) - _time.GetTimestamp()) is var left && left > TimeSpan.Zero => left,
        CircuitState.HalfOpen when !Admits => TimeSpan.FromSeconds(1),
        _ => TimeSpan.Zero,
    };

    /// <summary>Takes the state that another replica has told, or an operator has decided, unless it is older than what is known here.</summary>
    /// <param name="snapshot">The state. Its history is taken over whether or not it is older.</param>
    /// <returns>False when it is older and is not in force. An isolation counts as newer than all that happened here by itself: only people take it back.</returns>
    public bool Apply(CircuitBreakerSnapshot snapshot)
    {
        lock (_lock)
        {
            TakeOver(snapshot.History);
            if (snapshot.LastStateChange <= (snapshot.State == CircuitState.Isolated ? _toldAt : _changedAt))
            {
                return _changedAt == snapshot.LastStateChange;
            }

            _toldAt = snapshot.LastStateChange;

            // What is half open elsewhere was open before, and is probed here too.
            var state = snapshot.State == CircuitState.HalfOpen ? CircuitState.Open : snapshot.State;
            var left = (snapshot.NextAttempt - _time.GetUtcNow()) ?? TimeSpan.Zero;
            left = left > _options.MaxBreakDuration ? _options.MaxBreakDuration : left;
            _break = state == CircuitState.Open ? snapshot.BreakDuration : TimeSpan.Zero;
            Volatile.Write(ref _until, _time.GetTimestamp() + Ticks(left));
            Become(_history.Find(snapshot.LastStateChange, state) ?? new CircuitTransition
            {
                At = snapshot.LastStateChange,
                Before = _state,
                State = state,
                Reason = snapshot.Reason,
                Instance = snapshot.Instance,
            });
            return true;
        }
    }

    /// <summary>Adds what others know of the past. What they have forgotten by a reset is forgotten here too, with what was counted.</summary>
    public void TakeOver(CircuitHistory history)
    {
        lock (_lock)
        {
            Totals = history.Since is { } since && !(since <= _history.Since) ? new CircuitTotals() : Totals;
            Volatile.Write(ref _history, _history.Merge(history));
        }
    }

    /// <summary>Describes the breaker for the store.</summary>
    public CircuitBreakerSnapshot Describe()
    {
        lock (_lock)
        {
            var sum = _window.Sum(_time.GetTimestamp());
            return new CircuitBreakerSnapshot
            {
                EndpointId = endpointId,
                Tenant = tenant,
                ServerId = serverId,
                State = _state,
                Reason = _current?.Reason,
                FailureCount = (int)Math.Min(sum.Failures, int.MaxValue),
                SuccessCount = (int)Math.Min(sum.Calls - sum.Failures, int.MaxValue),
                FailureThreshold = _options.Mode == CircuitBreakerMode.ConsecutiveFailures ? _options.ConsecutiveFailures : _options.MinThroughput,
                SuccessThreshold = _options.SuccessThreshold,
                BreakDuration = _break,
                LastFailure = TimeOf(Totals.LastFailure),
                LastSuccess = TimeOf(Totals.LastSuccess),
                LastStateChange = _changedAt,
                NextAttempt = _state == CircuitState.Open ? TimeOf(_until) : null,
                TotalRequests = Totals.Requests,
                TotalFailures = Totals.Failures,
                TotalTimeouts = Totals.Timeouts,
                Instance = settings.Instance,
                History = _history,
            };
        }
    }

    /// <summary>Describes the breaker as it will be by an operator's decision, which comes after all that is known here.</summary>
    /// <param name="state">What it will be.</param>
    /// <param name="reason">Why.</param>
    /// <param name="forget">Whether the decision is all that is left of the history.</param>
    public CircuitBreakerSnapshot Decide(CircuitState state, string? reason, bool forget = false)
    {
        lock (_lock)
        {
            var change = Change(state, reason);
            return (forget ? Uncounted() : Describe()) with
            {
                State = state,
                Reason = reason,
                BreakDuration = state == CircuitState.Open ? _options.BreakDuration : TimeSpan.Zero,
                NextAttempt = state == CircuitState.Open ? _time.GetUtcNow() + _options.BreakDuration : null,
                LastStateChange = change.At,
                History = forget ? CircuitHistory.Of([change], change.At) : _history.Add(change),
            };
        }
    }

    private CircuitBreakerSnapshot Uncounted() => Describe() with
    {
        FailureCount = 0, SuccessCount = 0, LastFailure = null, LastSuccess = null, TotalRequests = 0, TotalFailures = 0, TotalTimeouts = 0,
    };

    private void Count(long now, bool failed)
    {
        _window.Add(now, failed);
        if (!failed)
        {
            if (Volatile.Read(ref _consecutive) != 0)
            {
                Volatile.Write(ref _consecutive, 0);
            }

            return;
        }

        var consecutive = Interlocked.Increment(ref _consecutive);
        if (_options.Enabled && ReasonToOpen(consecutive, now) is { } reason)
        {
            lock (_lock)
            {
                if (_state == CircuitState.Closed)
                {
                    Open(reason);
                }
            }
        }
    }

    private string? ReasonToOpen(int consecutive, long now)
    {
        if (_options.Mode == CircuitBreakerMode.ConsecutiveFailures)
        {
            return consecutive >= _options.ConsecutiveFailures ? $"{consecutive} calls failed in a row." : null;
        }

        var (failures, calls) = _window.Sum(now);
        return calls >= _options.MinThroughput && failures >= _options.FailureRatio * calls ? $"{failures} of {calls} calls failed." : null;
    }

    private void Settle(long probe, CircuitVerdict verdict)
    {
        lock (_lock)
        {
            if (_state != CircuitState.HalfOpen || probe <= _settledProbes)
            {
                // It was let through before the last change, and says nothing about what came after that.
                return;
            }

            // One that was replaced counts too: else an endpoint slower than the time of a probe would never be let in again.
            if (_probe == probe)
            {
                Volatile.Write(ref _probe, 0);
                CountChange();
            }

            if (verdict is CircuitVerdict.Failure or CircuitVerdict.Timeout)
            {
                Open("A probe failed.");
            }
            else if (verdict == CircuitVerdict.Success && ++_successes >= _options.SuccessThreshold)
            {
                _break = TimeSpan.Zero;
                Become(Change(CircuitState.Closed, "The probes succeeded."));
                settings.Save?.Invoke(this);
            }
        }
    }

    private void Open(string reason)
    {
        _break = _break == TimeSpan.Zero ? _options.BreakDuration : _break * 2 < _options.MaxBreakDuration ? _break * 2 : _options.MaxBreakDuration;
        Volatile.Write(ref _until, _time.GetTimestamp() + Ticks(_break));
        Become(Change(CircuitState.Open, reason));
        settings.Save?.Invoke(this);
    }

    /// <summary>Makes a change of this replica's own, later than all that is known here: two changes within one tick of the store are two.</summary>
    private CircuitTransition Change(CircuitState state, string? reason)
    {
        var now = StoredTime.Normalize(_time.GetUtcNow());
        var last = _history.Transitions is [.., { At: var at }] && at > _changedAt ? at : _changedAt;
        return new CircuitTransition
        {
            At = now > last ? now : last.AddMicroseconds(1),
            Before = _state,
            State = state,
            Reason = reason,
            Instance = settings.Instance,
        };
    }

    /// <param name="change">What it becomes.</param>
    /// <param name="isTold">Whether others are told of the state, or it is this replica's own.</param>
    private void Become(CircuitTransition change, bool isTold = true)
    {
        var state = change.State;
        _changedAt = isTold ? change.At : _changedAt;
        if (change.Before != change.State)
        {
            // Else it is a state that was kept without a history, and is here already; what people said came with theirs.
            Volatile.Write(ref _history, _history.Add(change));
        }

        Volatile.Write(ref _current, change);
        Volatile.Write(ref _probe, 0);
        Volatile.Write(ref _consecutive, 0);
        _window.Clear();
        if (state == CircuitState.Closed && _state != CircuitState.Closed)
        {
            // Before the state, so that nobody sees it closed and warm.
            Volatile.Write(ref _recovered, _time.GetTimestamp());
        }

        _state = state;
        CountChange();
        settings.Log.CircuitChanged(endpointId, serverId, state, change.Reason);
    }

    private void CountChange()
    {
        foreach (var changes in _changes)
        {
            changes.Add();
        }
    }

    private DateTimeOffset? TimeOf(long timestamp) => timestamp == 0 ? null : StoredTime.Normalize(_time.GetUtcNow() + Span(timestamp - _time.GetTimestamp()));

    private TimeSpan Span(long ticks) => TimeSpan.FromSeconds((double)ticks / _time.TimestampFrequency);

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);
}
