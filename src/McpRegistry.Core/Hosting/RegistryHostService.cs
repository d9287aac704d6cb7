using McpRegistry.Storage;
using McpRegistry.Supervision;
using McpRegistry.Writers;
using Microsoft.Extensions.Hosting;

namespace McpRegistry.Hosting;

/// <summary>
/// Runs the start-up steps before the host listens, then lets the servers connect and follows the other replicas; closes
/// connections and child processes when the host stops, and has the background writers finish.
/// </summary>
internal sealed class RegistryHostService(
    IEnumerable<IStartupTask> tasks, ServerSupervisor supervisor, RegistryFollower follower, BackgroundWriters writers) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var task in tasks.OrderBy(task => task.Order))
        {
            await task.RunAsync(cancellationToken).ConfigureAwait(false);
        }

        await supervisor.StartAsync(cancellationToken).ConfigureAwait(false);
        follower.Start();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        await follower.StopAsync().ConfigureAwait(false);
        await supervisor.DisposeAsync().ConfigureAwait(false);

        // Last, because all of the above may have something to write.
        await writers.StopAsync().ConfigureAwait(false);
    }
}
