namespace McpRegistry.Gateway;

/// <summary>The time a call has: so long without a sign of life, and never longer than the maximum.</summary>
internal sealed class CallDeadline : IDisposable
{
    private readonly TimeSpan _silence;
    private readonly CancellationTokenSource _idle;
    private readonly CancellationTokenSource _whole;
    private readonly CancellationTokenSource _either;

    public CallDeadline(GatewayOptions options, TimeProvider time, CancellationToken caller)
    {
        _silence = options.RequestTimeout;
        _idle = new CancellationTokenSource(_silence, time);
        _whole = new CancellationTokenSource(options.MaxRequestDuration, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_idle.Token, _whole.Token, caller);
    }

    public CancellationToken Token => _either.Token;

    /// <summary>Starts the silence anew; progress does so.</summary>
    public void Extend()
    {
        try
        {
            _idle.CancelAfter(_silence);
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
