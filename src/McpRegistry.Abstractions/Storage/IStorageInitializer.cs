namespace McpRegistry.Storage;

/// <summary>Brings a store into the shape that this version needs, before anything reads from it.</summary>
public interface IStorageInitializer
{
    /// <summary>Creates or upgrades the store. Safe to call again, and from several replicas at once.</summary>
    /// <param name="cancellationToken">Cancels the work between two steps.</param>
    /// <returns>A task that ends when the store can be used.</returns>
    Task InitializeAsync(CancellationToken cancellationToken);
}
