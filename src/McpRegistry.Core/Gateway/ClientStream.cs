namespace McpRegistry.Gateway;

/// <summary>
/// The stream that a legacy client opened by GET, over which it hears what belongs to none of its requests. The latest one
/// counts: a client that opens another has lost the one before, whether this side has noticed or not.
/// </summary>
internal sealed class ClientStream(IAnswerStream stream) : IDisposable
{
    private readonly TaskCompletionSource _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IAnswerStream Stream => stream;

    /// <summary>Gets a task that ends when another stream has taken its place, or the session has ended.</summary>
    public Task Ended => _replaced.Task;

    public void Dispose() => _replaced.TrySetResult();
}
