using Microsoft.Extensions.Hosting;

namespace McpRegistry.ProtocolFuzz.Hosting;

/// <summary>Leaves Ctrl+C to the run, which ends its cases first and looks for what is left.</summary>
internal sealed class UntilDisposed : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
