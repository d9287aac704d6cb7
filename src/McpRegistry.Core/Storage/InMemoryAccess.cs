namespace McpRegistry.Storage;

internal static class InMemoryAccess
{
    /// <summary>Runs one step of a store under the lock, unless the caller has given up.</summary>
    public static ValueTask<T> LockedAsync<T>(this InMemoryDatabase database, Func<T> step_NeedsLock, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellationToken);
        }

        lock (database.Gate)
        {
            return ValueTask.FromResult(step_NeedsLock());
        }
    }
}
