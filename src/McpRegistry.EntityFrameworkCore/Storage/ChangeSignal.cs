namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>Wakes whoever waits for changes. A pulse says "look again" and nothing more, so pulses may be many or early.</summary>
internal sealed class ChangeSignal
{
    private volatile TaskCompletionSource _next = Create();

    /// <summary>Gets what the next pulse completes. Take it before looking, so that a pulse in between is not missed.</summary>
    public Task Next => _next.Task;

    public void Pulse() => Interlocked.Exchange(ref _next, Create()).TrySetResult();

    private static TaskCompletionSource Create() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
