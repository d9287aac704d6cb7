using McpRegistry.Hosting;

namespace McpRegistry.Resilience;

/// <summary>Starts breakers from the state in which the store has them, before any server is connected to. A breaker that was open stays so for the rest of its break.</summary>
internal sealed class LoadCircuitBreakersTask(CircuitBreakerFollower follower) : IStartupTask
{
    public int Order => StartupOrder.LoadCircuitBreakers;

    public async Task RunAsync(CancellationToken cancellationToken) => await follower.ReloadAsync(cancellationToken).ConfigureAwait(false);
}
