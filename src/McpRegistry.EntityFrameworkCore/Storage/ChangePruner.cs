using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>
/// Deletes changes that nobody should need any more. Writers call it now and then: without writes nothing grows, and a task
/// of its own would have to be started and stopped by every host.
/// </summary>
internal sealed partial class ChangePruner(IOptions<DatabaseStorageOptions> options, TimeProvider time, ILogger<ChangePruner> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long _lastRun = time.GetTimestamp();
    private int _writes;

    /// <summary>Prunes when it is time to. A failure is the problem of the next run, not of the write that happened to be here.</summary>
    public async Task AfterWriteAsync(RegistryDbContext context, CancellationToken cancellationToken)
    {
        if (!IsDue())
        {
            return;
        }

        try
        {
            await PruneAsync(context, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogFailed(exception);
        }
    }

    /// <summary>
    /// Deletes from the beginning up to the first change that is young enough, so that what stays has no gap even where the
    /// clocks of replicas differ.
    /// </summary>
    public async Task<int> PruneAsync(RegistryDbContext context, CancellationToken cancellationToken)
    {
        var cutoff = time.GetUtcNow() - options.Value.ChangeRetention;
        var head = await context.Changes.MaxAsync(x => (long?)x.Revision, cancellationToken).ConfigureAwait(false) ?? 0;
        var young = await context.Changes
            .Where(x => x.OccurredAt > cutoff)
            .MinAsync(x => (long?)x.Revision, cancellationToken)
            .ConfigureAwait(false) ?? head + 1;
        var last = Math.Max(young - 1, head - options.Value.ChangeCapacity);
        return await context.Changes.Where(x => x.Revision <= last).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
    }

    private bool IsDue()
    {
        lock (_lock)
        {
            _writes++;
            if (_writes < options.Value.ChangeCapacity / 10 && time.GetElapsedTime(_lastRun) < Interval)
            {
                return false;
            }

            _writes = 0;
            _lastRun = time.GetTimestamp();
            return true;
        }
    }

    [LoggerMessage(9020, LogLevel.Warning, "Old changes could not be deleted; the next try follows")]
    private partial void LogFailed(Exception exception);
}
