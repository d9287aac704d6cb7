using McpRegistry.Supervision;
using Microsoft.Extensions.Hosting;

namespace McpRegistry.Hosting;

/// <summary>
/// Runs the start-up steps before the host listens, then lets the servers connect; closes connections and child processes
/// when the host stops.
/// </summary>
internal sealed class RegistryHostService(IEnumerable<IStartupTask> tasks, ServerSupervisor supervisor) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var task in tasks.OrderBy(task => task.Order))
        {
            await task.RunAsync(cancellationToken).ConfigureAwait(false);
        }

        await supervisor.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => supervisor.DisposeAsync().AsTask();
}
