using McpRegistry.Servers;
using McpRegistry.Storage;
using McpRegistry.Supervision;

namespace McpRegistry.Hosting;

/// <summary>Builds the first snapshot from the store, so that what was registered before is served at once.</summary>
internal sealed class LoadRegistryTask(
    IServerStore store, IRevisionStore revisions, ServerSupervisor supervisor, RegistryFollower follower) : IStartupTask
{
    public int Order => StartupOrder.LoadRegistry;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // First, so that what is written while the load goes on comes through the feed: twice rather than never.
        follower.LoadedAt(await revisions.GetAsync(cancellationToken).ConfigureAwait(false));
        await foreach (var server in store.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            supervisor.Load(server);
        }
    }
}
