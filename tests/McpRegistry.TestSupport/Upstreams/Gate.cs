namespace McpRegistry.TestSupport.Upstreams;

/// <summary>Holds answers back until the test opens it.</summary>
public sealed class Gate
{
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Changes _changes = new();
    private int _waiting;

    /// <summary>Gets how many calls wait now.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    public void Open() => _opened.TrySetResult();

    /// <summary>Returns once this many calls wait, so that a test acts while they hang.</summary>
    public Task WhenWaitingAsync(int count, CancellationToken cancellationToken) =>
        _changes.UntilAsync(() => Waiting >= count, $"{count} calls wait at the gate", cancellationToken);

    /// <summary>Waits until it is open.</summary>
    public async Task PassAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        _changes.Raise();
        try
        {
            await _opened.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
            _changes.Raise();
        }
    }
}
