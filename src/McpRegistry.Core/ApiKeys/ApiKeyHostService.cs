using McpRegistry.Analytics;
using McpRegistry.Hosting;
using McpRegistry.Limits;
using McpRegistry.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpRegistry.ApiKeys;

/// <summary>Makes the store ready, follows it and writes what use was counted, in hosts that have no gateway to do so.</summary>
internal sealed class ApiKeyHostService(IServiceProvider services, RegistryFollower follower) : IHostedLifecycleService
{
    private readonly bool _isAlone = !services.GetServices<IStartupTask>().OfType<LoadRegistryTask>().Any();

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (!_isAlone)
        {
            return;
        }

        await services.GetRequiredService<IStorageInitializer>().InitializeAsync(cancellationToken).ConfigureAwait(false);
        follower.LoadedAt(await services.GetRequiredService<IRevisionStore>().GetAsync(cancellationToken).ConfigureAwait(false));
        await services.GetRequiredService<TenantLimitTable>().RunAsync(cancellationToken).ConfigureAwait(false);
        follower.Start();
        services.GetRequiredService<UsageCounter>().Start();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (_isAlone)
        {
            await follower.StopAsync().ConfigureAwait(false);
            await services.GetRequiredService<UsageCounter>().StopAsync().ConfigureAwait(false);
        }
    }
}
