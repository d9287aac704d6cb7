using McpRegistry.Storage;
using Microsoft.Extensions.Logging;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

/// <summary>Records the use of the pools at intervals, and makes them larger and smaller.</summary>
internal sealed partial class PoolMonitor(
    IReadOnlyList<PostgreSqlPool> pools,
    PostgreSqlPoolScalingOptions options,
    PoolMetrics metrics,
    TimeProvider time,
    ILogger<PoolMonitor> logger) : IAsyncDisposable, IDisposable
{
    private readonly WatchedPool[] _pools = [.. pools.Select(pool => new WatchedPool(pool, options, time.GetUtcNow()))];
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    public void Start() => _running = RunAsync(_stopping.Token);

    /// <summary>Takes one sample of each pool and does what follows from it.</summary>
    public async Task SampleAsync(CancellationToken cancellationToken)
    {
        foreach (var watched in _pools)
        {
            var size = watched.Sample(time.GetUtcNow());
            if (options.Enabled && size != watched.Pool.Size)
            {
                await ResizeAsync(watched, size, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Sums up the last hour of each pool.</summary>
    public IReadOnlyList<StoragePoolHealth> Report() =>
        [.. _pools.Select(watched => watched.History.Report(watched.Pool, time.GetUtcNow()))];

    public async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    /// <summary>For a container that is not disposed of asynchronously; the loop ends on its own.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.SampleInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            await SampleAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A failure leaves the pool as it was; after a rest the samples are looked at again.</summary>
    private async Task ResizeAsync(WatchedPool watched, int size, CancellationToken cancellationToken)
    {
        var pool = watched.Pool;
        var before = pool.Size;
        watched.Rest(time.GetUtcNow());
        try
        {
            if (size > before)
            {
                var room = await pool.ReadServerRoomAsync(cancellationToken).ConfigureAwait(false);
                size = Math.Min(size, before + room);
                if (size <= before)
                {
                    LogNoRoom(pool.Name, before);
                    return;
                }
            }

            await pool.ResizeAsync(size, cancellationToken).ConfigureAwait(false);
            metrics.Resized(pool);
            LogResized(pool.Name, before, size);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(exception, pool.Name, before);
        }
    }

    [LoggerMessage(9050, LogLevel.Information, "The connection pool {Pool} goes from {Before} to {Size} connections")]
    private partial void LogResized(string pool, int before, int size);

    [LoggerMessage(9051, LogLevel.Warning, "The connection pool {Pool} should grow, but the server has no connections left; it stays at {Size}")]
    private partial void LogNoRoom(string pool, int size);

    [LoggerMessage(9052, LogLevel.Warning, "The connection pool {Pool} could not be resized and stays at {Size} connections")]
    private partial void LogFailed(Exception exception, string pool, int size);
}
