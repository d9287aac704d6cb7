using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

/// <summary>Lets the monitor run as long as the host does.</summary>
internal sealed class PoolMonitorService(IServiceProvider services) : IHostedService
{
    private PoolMonitor? _monitor;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Another store may have been chosen later; then there is nothing to watch, and this must not bring it to life.
        if (services.GetRequiredService<IStorageHealth>() is DatabaseHealth { Provider: PostgreSqlDatabaseProvider provider })
        {
            _monitor = provider.Monitor;
            _monitor.Start();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => _monitor?.StopAsync() ?? Task.CompletedTask;
}
