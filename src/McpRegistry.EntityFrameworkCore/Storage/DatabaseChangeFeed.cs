using System.Runtime.CompilerServices;
using McpRegistry.Storage;
using Microsoft.Extensions.Options;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>
/// Gives out the rows of <c>registry_changes</c>. A signal only says when to look; what there is to see is always asked by
/// revision, so that a lost signal costs time and never a change.
/// </summary>
internal sealed class DatabaseChangeFeed(RegistryDatabase database, IOptions<DatabaseStorageOptions> options, TimeProvider time)
    : IRegistryChangeFeed
{
    public async IAsyncEnumerable<RegistryChange> WatchAsync(
        long afterRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterRevision);
        cancellationToken.ThrowIfCancellationRequested();
        var reader = new ChangeReader(database, time, afterRevision);
        var poll = options.Value.ChangePollInterval ?? database.Provider.ChangePollInterval;
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var listening = database.Provider.ListenAsync(database.Signal.Pulse, CreateDelay(), time, stopping.Token);
        try
        {
            while (true)
            {
                var next = database.Signal.Next;
                var changes = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                foreach (var change in changes)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    yield return change;
                }

                if (changes.Count == 0)
                {
                    await next.WaitAsync(poll, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    cancellationToken.ThrowIfCancellationRequested();
                }
            }
        }
        finally
        {
            await stopping.CancelAsync().ConfigureAwait(false);
            await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private ReconnectDelay CreateDelay() => new(options.Value.FirstDelay, options.Value.LongestDelay, Random.Shared.NextDouble);
}
