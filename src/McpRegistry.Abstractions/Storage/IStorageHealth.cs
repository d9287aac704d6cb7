namespace McpRegistry.Storage;

/// <summary>Tells how a store is.</summary>
public interface IStorageHealth
{
    /// <summary>Asks the store now. A store that cannot be used is an answer and no exception.</summary>
    /// <param name="cancellationToken">Cancels the question.</param>
    /// <returns>What was found.</returns>
    ValueTask<StorageHealth> CheckAsync(CancellationToken cancellationToken);
}
