namespace McpRegistry.Resilience;

/// <content>What is counted of those that wait, within the lock that they take anyway. Who gets a place at once is not counted here.</content>
internal sealed partial class CallGate
{
    private long _enqueued;
    private long _letIn;
    private TimeSpan _waited;
    private DateTimeOffset? _lastLetIn;
    private long _timedOut;

    /// <summary>Gets what the gate has seen since it was made.</summary>
    public GateFacts Facts
    {
        get
        {
            lock (_lock)
            {
                return new GateFacts(
                    Running, Waiting, options.MaxQueued, Running < _limit || Waiting < options.MaxQueued, _enqueued, _timedOut, _lastLetIn, _letIn == 0 ? null : _waited / _letIn);
            }
        }
    }

    /// <summary>Notes that the time of a call was over before it got a place. The gate cannot tell that from a client that gave up.</summary>
    public void NoteTimeout() => Interlocked.Increment(ref _timedOut);

    private void NoteLetIn_NeedsLock(Waiter waiter)
    {
        _letIn++;
        _waited += time.GetElapsedTime(waiter.Since);
        _lastLetIn = time.GetUtcNow();
    }

    /// <summary>One that waits.</summary>
    /// <param name="since">When it came.</param>
    private sealed class Waiter(long since) : TaskCompletionSource<GateOutcome>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public long Since => since;
    }
}
