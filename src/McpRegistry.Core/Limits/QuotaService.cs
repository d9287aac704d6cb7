using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace McpRegistry.Limits;

/// <summary>Returns what idle quotas hold, deletes old windows, and returns everything when the host has answered its last call.</summary>
internal sealed class QuotaService(
    QuotaKeeper quotas, LimitMemory memory, QuotaContext context, ILogger<QuotaService> logger) : IHostedLifecycleService, IDisposable
{
    private const int RowsAtOnce = 1000;

    /// <summary>Longer than the longest window and any difference between clocks.</summary>
    private static readonly TimeSpan KeepWindows = TimeSpan.FromDays(3);
    private static readonly TimeSpan CleanUpInterval = TimeSpan.FromMinutes(5);

    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private DateTimeOffset _cleanUpAt;
    private int _stopped;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _running = Task.Run(() => RunAsync(_stopping.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        // A host may be stopped twice, and be disposed in between.
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await quotas.ReturnAllAsync().ConfigureAwait(false);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(QuotaContext.SweepInterval, context.Time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                await quotas.SweepAsync().ConfigureAwait(false);
                await CleanUpAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                logger.SweepFailed(exception);
            }
        }
    }

    private async Task CleanUpAsync(CancellationToken cancellationToken)
    {
        var now = context.Time.GetUtcNow();
        if (now < _cleanUpAt)
        {
            return;
        }

        _cleanUpAt = now + CleanUpInterval;
        memory.Sweep();
        while (await context.Store.DeleteEndedAsync(now - KeepWindows, RowsAtOnce, cancellationToken).ConfigureAwait(false) == RowsAtOnce)
        {
            // The turn is given back after each batch, so that other writers get in between.
        }
    }
}
