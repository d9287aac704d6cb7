using McpRegistry.Servers;
using McpRegistry.Supervision;

namespace McpRegistry.Hosting;

/// <summary>Builds the first snapshot from the store, so that what was registered before is served at once.</summary>
internal sealed class LoadRegistryTask(IServerStore store, ServerSupervisor supervisor) : IStartupTask
{
    public int Order => StartupOrder.LoadRegistry;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var server in store.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            supervisor.Load(server);
        }
    }
}
