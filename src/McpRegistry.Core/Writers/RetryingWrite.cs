using Microsoft.Extensions.Logging;

namespace McpRegistry.Writers;

/// <summary>
/// Writes until it has worked, the store refuses it for good, or nobody wants it any more. A store that fails never ends the
/// host.
/// </summary>
internal sealed class RetryingWrite(string kind, WriterOptions options, TimeProvider time, ILogger log)
{
    /// <summary>Runs a write.</summary>
    /// <param name="count">How many rows it has, for the log.</param>
    /// <param name="write">The write.</param>
    /// <param name="failed">Called after each failure.</param>
    /// <param name="abandoned">Ends the tries; throws <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">A row can never be stored.</exception>
    public async Task RunAsync(int count, Func<CancellationToken, ValueTask> write, Action? failed, CancellationToken abandoned)
    {
        var backOff = new BackOff(options);
        for (var attempt = 1; ; attempt++)
        {
            abandoned.ThrowIfCancellationRequested();
            try
            {
                await write(abandoned).ConfigureAwait(false);
                if (attempt > 1)
                {
                    log.Recovered(kind);
                }

                return;
            }
            catch (Exception exception) when (exception is not ArgumentException && !abandoned.IsCancellationRequested)
            {
                var delay = backOff.Next();
                log.WriteFailed(exception, count, kind, delay);
                failed?.Invoke();
                await Task.Delay(delay, time, abandoned).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Logs that a row can never be stored.</summary>
    public void TellRefused(Exception exception) => log.RowRefused(exception, kind);
}
