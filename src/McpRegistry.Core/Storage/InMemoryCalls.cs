namespace McpRegistry.Storage;

internal static class InMemoryCalls
{
    /// <summary>Runs one call of a store under the lock, unless it is cancelled already.</summary>
    public static ValueTask<T> CallAsync<T>(this InMemoryDatabase database, Func<T> call, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellationToken);
        }

        lock (database.Gate)
        {
            return ValueTask.FromResult(call());
        }
    }
}
