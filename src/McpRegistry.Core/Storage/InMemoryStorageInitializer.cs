namespace McpRegistry.Storage;

/// <summary>Memory has no shape to bring up to date; the start-up sequence still finds its initializer.</summary>
internal sealed class InMemoryStorageInitializer : IStorageInitializer
{
    public Task InitializeAsync(CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? Task.FromCanceled(cancellationToken) : Task.CompletedTask;
}
