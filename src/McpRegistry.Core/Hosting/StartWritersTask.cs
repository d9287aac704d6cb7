using McpRegistry.Writers;

namespace McpRegistry.Hosting;

/// <summary>Starts the background writers as soon as there is a store, since later steps may wait for what they write.</summary>
internal sealed class StartWritersTask(BackgroundWriters writers) : IStartupTask
{
    public int Order => StartupOrder.Writers;

    public Task RunAsync(CancellationToken cancellationToken)
    {
        writers.Start();
        return Task.CompletedTask;
    }
}
