using McpRegistry.Storage;

namespace McpRegistry.Hosting;

/// <summary>Creates or upgrades the store.</summary>
internal sealed class StorageTask(IStorageInitializer storage) : IStartupTask
{
    public int Order => StartupOrder.Storage;

    public Task RunAsync(CancellationToken cancellationToken) => storage.InitializeAsync(cancellationToken);
}
