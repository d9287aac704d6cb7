namespace McpRegistry.Gateway;

/// <summary>The time a call has: so long without a sign of life, and never longer than the maximum.</summary>
internal sealed class CallDeadline : IDisposable
{
    private readonly TimeSpan _silence;
    private readonly TimeSpan _question;
    private volatile bool _isSuspended;
    private int _questions;
    private readonly CancellationTokenSource _idle;
    private readonly CancellationTokenSource _whole;
    private readonly CancellationTokenSource _either;

    public CallDeadline(GatewayOptions options, TimeProvider time, CancellationToken caller)
    {
        _silence = options.RequestTimeout;
        _question = options.QuestionTimeout;
        _idle = new CancellationTokenSource(_silence, time);
        _whole = new CancellationTokenSource(options.MaxRequestDuration, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_idle.Token, _whole.Token, caller);
        Token = _either.Token;
    }

    /// <summary>Gets the token; it can still be asked for when the call has ended.</summary>
    public CancellationToken Token { get; }

    /// <summary>Starts the silence anew; progress does so.</summary>
    public void Extend() => Restart();

    /// <summary>Waits for a person: from here on the upstream may be silent for as long as the client may take to answer.</summary>
    public void BeginQuestion()
    {
        Interlocked.Increment(ref _questions);
        Restart();
    }

    public void EndQuestion()
    {
        Interlocked.Decrement(ref _questions);
        Restart();
    }

    /// <summary>Stops waiting for the upstream: the client is away, and somebody else sees to it that this ends.</summary>
    public void Suspend()
    {
        _isSuspended = true;
        Restart();
    }

    public void Resume()
    {
        _isSuspended = false;
        Restart();
    }

    private void Restart()
    {
        try
        {
            _idle.CancelAfter(_isSuspended ? Timeout.InfiniteTimeSpan : Volatile.Read(ref _questions) > 0 ? _question : _silence);
        }
        catch (ObjectDisposedException)
        {
            // Progress crossed the end of the call.
        }
    }

    public void Dispose()
    {
        _either.Dispose();
        _whole.Dispose();
        _idle.Dispose();
    }
}
