using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.Maintenance;

/// <summary>Looks for due work now and then, from the start of the host to its stop.</summary>
internal sealed class Housekeeper(
    IServiceProvider services, IOptions<HousekeepingOptions> options, TimeProvider time, ILogger<Housekeeper> logger)
    : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private bool _disposed;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // A store may come without these contracts; it then looks after itself.
        if (options.Value.Enabled && services.GetService<IRetentionPolicyStore>() is not null)
        {
            _running = RunAsync(_stopping.Token);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_disposed)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.WaitAsync(options.Value.StopTimeout, time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_running.IsCompleted)
        {
            logger.StopTimedOut(options.Value.StopTimeout);
        }
    }

    public void Dispose()
    {
        _disposed = true;
        _stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        // Off the start of the host, which it must not hold up.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var defaults = services.GetRequiredService<HousekeepingDefaults>();
        var work = services.GetRequiredService<DueWork>();
        var hasDefaults = false;
        using var timer = new PeriodicTimer(options.Value.CheckInterval, time);
        do
        {
            hasDefaults = hasDefaults || await CreateAsync(defaults, cancellationToken).ConfigureAwait(false);
            await work.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
    }

    private async Task<bool> CreateAsync(HousekeepingDefaults defaults, CancellationToken cancellationToken)
    {
        try
        {
            await defaults.CreateAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            logger.WorkFailed(exception, "Registering the defaults");
            return false;
        }
    }
}
