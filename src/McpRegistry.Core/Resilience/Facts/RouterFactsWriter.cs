using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.Resilience;

/// <summary>Tells the other replicas now and then what this one sees of its servers. No call waits for it, and what fails is left to the next round.</summary>
internal sealed class RouterFactsWriter(
    ChangedFacts facts, IOptions<RouterFactsOptions> options, TimeProvider time, ILogger<RouterFactsWriter> log) : IHostedService, IDisposable
{
    /// <summary>How long a stopping host waits for the statement that runs to be cancelled.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly Func<double> _jitter = Random.Shared.NextDouble;
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private bool _disposed;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // A store may come without these contracts.
        if (options.Value.Interval > TimeSpan.Zero && facts.IsPossible)
        {
            _running = RunAsync(options.Value.Interval, _stopping.Token);
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
        await _running.WaitAsync(StopTimeout, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_running.IsCompleted)
        {
            log.FactsStopTimedOut(StopTimeout);
        }
    }

    public void Dispose()
    {
        _disposed = true;
        _stopping.Dispose();
    }

    private async Task RunAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        // Anywhere in the first interval: replicas that start together are to write apart.
        var wait = interval * _jitter();
        while (true)
        {
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
            try
            {
                await facts.WriteAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                log.FactsNotWritten(exception);
            }

            wait = interval * (1 + (_jitter() / 4));
        }
    }
}
