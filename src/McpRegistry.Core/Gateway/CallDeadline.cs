using System.Collections.Immutable;
using McpRegistry.Gateway.Active;
using McpRegistry.Resilience;

namespace McpRegistry.Gateway;

/// <summary>The time a call has: so long without a sign of life, and never longer than the maximum; a client that is away costs it nothing.</summary>
internal sealed class CallDeadline : ActiveCall, IDisposable
{
    private readonly CallTimes _times;
    private readonly TimeSpan _question;
    private readonly TimeProvider _time;
    private readonly CancellationToken _caller;
    private TimeSpan _left;
    private long _began;
    private long _sentAt;
    private long _heardAt;
    private volatile bool _isSuspended;
    private volatile bool _isCancelled;
    private volatile bool _mayHaveRun;
    private int _questions;

    /// <summary>Ends at the nearer end of the silence and of the whole time. One for both: each more with its timer and its links would cost every call.</summary>
    private readonly CancellationTokenSource _ending;
    private readonly CancellationTokenRegistration _link;
    private CancellationTokenSource? _attempt;

    /// <summary>The endpoints that are asked at once; one that makes progress speaks for all.</summary>
    private ImmutableArray<CancellationTokenSource> _beside = [];

    public CallDeadline(GatewayOptions options, TimeProvider time, CancellationToken caller, CallTimes? times = null)
    {
        _times = times ?? new CallTimes(options.RequestTimeout, options.MaxRequestDuration);
        _question = options.QuestionTimeout;
        _time = time;
        _caller = caller;
        _left = _times.Whole;
        _began = _sentAt = _heardAt = time.GetTimestamp();
        _ending = new CancellationTokenSource(Nearer(_times.Silence, _left), time);
        Token = _ending.Token;
        _link = caller.UnsafeRegister(static ending => ((CancellationTokenSource)ending!).Cancel(), _ending);
    }

    /// <summary>Gets the token; it can still be asked for when the call has ended.</summary>
    public CancellationToken Token { get; }

    /// <summary>Gets a value that tells whether the call has no time left, and not that its caller gave it up.</summary>
    public bool HasExpired => Token.IsCancellationRequested && !_isCancelled && !_caller.IsCancellationRequested;

    public override bool IsCancelled => _isCancelled;

    /// <summary>Gets or sets a value that tells whether a server may have got the call; what is sent sets it.</summary>
    public bool MayHaveRun
    {
        get => _mayHaveRun;
        set => _mayHaveRun = value;
    }

    /// <summary>Gets how long the call lasts if nobody shows any life; not for one that is suspended.</summary>
    public TimeSpan Left
    {
        get
        {
            var silence = _times.Silence - _time.GetElapsedTime(Volatile.Read(ref _heardAt));
            var whole = WholeLeft;
            return silence < whole ? silence : whole;
        }
    }

    /// <summary>Gets the times of what the call goes on as: the whole time is what is left of it.</summary>
    public CallTimes Rest => _times with
    {
        Whole = WholeLeft is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero,
        Patience = _times.Patience ?? (_times.Silence < _times.Whole ? _times.Silence : _times.Whole) / 2,
    };

    public override ActiveCallState State =>
        _isSuspended ? ActiveCallState.Suspended : Volatile.Read(ref _questions) > 0 ? ActiveCallState.Asking : ActiveCallState.Running;

    public override void Cancel()
    {
        _isCancelled = true;
        try
        {
            _ = _ending.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The call has ended meanwhile.
        }
    }

    /// <summary>
    /// Gets a value that tells whether the time has ended by the server: one that a caller has made short says nothing about it, nor does the rest that a retry
    /// or a wait has left of it.
    /// </summary>
    public bool BlamesServer
    {
        get
        {
            if (!HasExpired)
            {
                return false;
            }

            var sent = _time.GetElapsedTime(Volatile.Read(ref _sentAt));
            var heard = _time.GetElapsedTime(Volatile.Read(ref _heardAt));
            return _times.Patience is { } patience
                ? (heard < sent ? heard : sent) >= patience
                : sent >= (_times.Silence < _times.Whole ? _times.Silence : _times.Whole) / 2;
        }
    }

    /// <summary>Begins the time that one endpoint has.</summary>
    /// <param name="isOnly">Whether nobody else could be asked, so that it has all of the call's.</param>
    /// <returns>What cancels the attempt.</returns>
    public CancellationToken BeginAttempt(bool isOnly)
    {
        _mayHaveRun = true;
        Volatile.Write(ref _sentAt, _time.GetTimestamp());
        _attempt?.Dispose();
        _attempt = null;
        if (isOnly || _times.Attempt is not { } limit)
        {
            return Token;
        }

        _attempt = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Set(_attempt, limit);
        return _attempt.Token;
    }

    /// <summary>Begins the time of an endpoint that is asked beside others.</summary>
    /// <param name="attempt">What cancels the attempt; it may be disposed when that is over.</param>
    /// <param name="isOnly">Whether nobody else could be asked, so that it has all of the call's.</param>
    public void BeginAttempt(CancellationTokenSource attempt, bool isOnly)
    {
        _mayHaveRun = true;
        Volatile.Write(ref _sentAt, _time.GetTimestamp());
        if (_times.Attempt is { } limit)
        {
            ImmutableInterlocked.Update(
                ref _beside, static (all, one) => one.IsOnly ? all.Remove(one.Attempt) : all.Contains(one.Attempt) ? all : all.Add(one.Attempt), (Attempt: attempt, IsOnly: isOnly));
            Set(attempt, isOnly ? Timeout.InfiniteTimeSpan : limit);
        }
    }

    /// <summary>Starts the silence anew; progress does so.</summary>
    public void Extend() => Restart();

    /// <summary>Waits for a person: from here on the upstream may be silent for as long as the client may take to answer.</summary>
    public void BeginQuestion()
    {
        Interlocked.Increment(ref _questions);
        Restart();
    }

    /// <summary>Begins the time that a client has for a question which may outlive the call.</summary>
    public CancellationTokenSource TimeQuestion() => new(_question, _time);

    public void EndQuestion()
    {
        Interlocked.Decrement(ref _questions);
        Restart();
    }

    /// <summary>Stops the time: the client is away, and somebody else sees to it that this ends.</summary>
    public void Suspend()
    {
        lock (_ending)
        {
            _isSuspended = true;
            _left -= _time.GetElapsedTime(_began);
            Restart();
        }
    }

    /// <summary>Lets the time run on, with as much left as there was.</summary>
    public void Resume()
    {
        lock (_ending)
        {
            _isSuspended = false;
            _began = _time.GetTimestamp();
            Restart();
        }
    }

    private TimeSpan WholeLeft
    {
        get
        {
            lock (_ending)
            {
                return _left - _time.GetElapsedTime(_began);
            }
        }
    }

    private void Restart()
    {
        Volatile.Write(ref _heardAt, _time.GetTimestamp());
        lock (_ending)
        {
            // The questions last: one may begin on another thread, and who comes here after that has to know of it.
            var left = _left - _time.GetElapsedTime(_began);
            var isAsking = Volatile.Read(ref _questions) > 0;
            Set(_ending, _isSuspended ? Timeout.InfiniteTimeSpan : Nearer(isAsking ? _question : _times.Silence, left));
            RestartAttempts_NeedsLock(_isSuspended || isAsking);
        }
    }

    private void RestartAttempts_NeedsLock(bool isStopped)
    {
        if (_times.Attempt is not { } limit)
        {
            return;
        }

        var left = isStopped ? Timeout.InfiniteTimeSpan : limit;
        if (_attempt is { } attempt)
        {
            Set(attempt, left);
        }

        foreach (var beside in _beside)
        {
            Set(beside, left);
        }
    }

    /// <summary>Returns the shorter of two times in whole milliseconds, rounded up: a part of one would be cut off, and the call with it.</summary>
    private static TimeSpan Nearer(TimeSpan silence, TimeSpan whole)
    {
        var nearer = silence < whole ? silence : whole;
        return nearer > TimeSpan.Zero ? TimeSpan.FromMilliseconds(Math.Ceiling(nearer.TotalMilliseconds)) : TimeSpan.Zero;
    }

    private static void Set(CancellationTokenSource limit, TimeSpan time)
    {
        try
        {
            limit.CancelAfter(time);
        }
        catch (ObjectDisposedException)
        {
            // What sets it crossed the end of the call.
        }
    }

    public void Dispose()
    {
        _attempt?.Dispose();
        _link.Dispose();
        _ending.Dispose();
    }
}
