namespace McpRegistry.Storage;

/// <summary>Memory is there as long as the process is.</summary>
internal sealed class InMemoryStorageHealth : IStorageHealth
{
    public ValueTask<StorageHealth> CheckAsync(CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        ? ValueTask.FromCanceled<StorageHealth>(cancellationToken)
        : ValueTask.FromResult(new StorageHealth { Reachable = true });
}
